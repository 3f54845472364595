using System.CommandLine;
using Spectre.Console;
using Workbench.Cli;
using Workbench.Tensors;

TorchSetup.Prepare(AppContext.BaseDirectory); // a cell may use TorchSharp without touching the core first
var root = new RootCommand("Notebook workbench for protective perturbation and its defense in personalized diffusion models.");
foreach (var verb in Verbs.All) root.Subcommands.Add(verb);
// A log's lines and tables are not broken to 80 columns.
if (!AnsiConsole.Profile.Out.IsTerminal) AnsiConsole.Profile.Width = 1000;
try
{
    var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var wrong in parsed.Errors) await Console.Error.WriteLineAsync(wrong.Message).ConfigureAwait(false);
        var verb = string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Reverse().Skip(1).Append(parsed.CommandResult.Command).Where(c => c != root).Select(c => c.Name));
        await Console.Error.WriteLineAsync($"'workbench {verb}{(verb.Length > 0 ? " " : "")}--help' says what it takes.").ConfigureAwait(false);
        return VerbGuard.BadInput;
    }
    // Ctrl+C: long work stops at its next step and keeps what it has, which takes more than the default two seconds.
    // To the kernel, SIGINT means something else: stop the cell.
    TimeSpan? patience = args is ["kernel", "run", ..] ? null : TimeSpan.FromSeconds(30);
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience };
    return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
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
