using System.CommandLine;
using Workbench.Cli;

var root = new RootCommand("Notebook workbench for protective perturbation and its defense in personalized diffusion models.");
foreach (var verb in Verbs.All) root.Subcommands.Add(verb);

// Ctrl+C: long work stops at its next step and keeps what it has, which takes more than the default two seconds.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args).InvokeAsync(configuration).ConfigureAwait(false);
