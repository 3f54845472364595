using System.CommandLine;
using Workbench.Cli;
using Workbench.Tensors;

TorchSetup.Prepare(AppContext.BaseDirectory); // a cell may use TorchSharp without touching the core first
var root = new RootCommand("Notebook workbench for protective perturbation and its defense in personalized diffusion models.");
foreach (var verb in Verbs.All) root.Subcommands.Add(verb);
try
{
    // Ctrl+C: long work stops at its next step and keeps what it has, which takes more than the default two seconds.
    // To the kernel, SIGINT means something else: stop the cell.
    TimeSpan? patience = args is ["kernel", "run", ..] ? null : TimeSpan.FromSeconds(30);
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience };
    return await root.Parse(args).InvokeAsync(configuration).ConfigureAwait(false);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("stopped").ConfigureAwait(false);
    return 130;
}
catch (Exception error) when (Environment.GetEnvironmentVariable("WORKBENCH_TRACE") is null)
{
    // One clear line for the user; WORKBENCH_TRACE=1 shows where it came from.
    await Console.Error.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
    return 1;
}
