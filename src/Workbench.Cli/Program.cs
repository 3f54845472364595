using System.CommandLine;
using Workbench.Cli;

var root = new RootCommand("Notebook workbench for protective perturbation and its defense in personalized diffusion models.");
foreach (var verb in Verbs.All) root.Subcommands.Add(verb);
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
