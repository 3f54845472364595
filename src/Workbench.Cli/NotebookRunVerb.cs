using System.CommandLine;
using Spectre.Console;
using Workbench.Kernel.Running;

namespace Workbench.Cli;

/// <summary><c>workbench notebook run</c>: executes notebooks, writes them and their pages, and an index.</summary>
internal static class NotebookRunVerb
{
    private const int BadInput = 2;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Notebooks, or folders of notebooks.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out", "-o") { Description = "Folder for executed notebooks and pages.", DefaultValueFactory = _ => Path.Combine("out", "notebooks") };
        var parameters = new Option<string[]>("--parameter", "-p") { Description = "name=value, for the cell tagged 'parameters'; repeat for more. A relative path in a value is the notebook's, not this folder's.", Arity = ArgumentArity.OneOrMore };
        var profile = new Option<string>("--profile") { Description = "Short for -p profile=...: Smoke or Full." };
        profile.AcceptOnlyFromAmong("Smoke", "Full");
        var timeout = new Option<double?>("--timeout") { Description = "Seconds that a cell may take." };
        var failFast = new Option<bool>("--fail-fast") { Description = "Stop at the first notebook that fails; otherwise the others still run." };
        var continueOnError = new Option<bool>("--continue-on-error") { Description = "Run a notebook's remaining cells after a cell has failed." };
        var html = new Option<bool>("--html") { Description = "Write a self-contained HTML page beside each notebook (the default)." };
        var noHtml = new Option<bool>("--no-html") { Description = "Write no HTML." };
        var parallel = new Option<int>("--parallel") { Description = "Notebooks to run side by side, each in a process of its own.", DefaultValueFactory = _ => 1 };
        var relative = new Option<string?>("--as") { Hidden = true }; // what a process of --parallel is told
        var beside = new Option<string[]>("--beside") { Hidden = true, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true }; // and which notebooks run besides: path and name
        var command = new Command("run", "Executes notebooks; exits with 1 when a cell fails.") { paths, output, parameters, profile, timeout, failFast, continueOnError, html, noHtml, parallel, relative, beside };
        command.SetAction((parse, cancellation) =>
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
            if (!console.Profile.Out.IsTerminal) console.Profile.Width = int.MaxValue / 2; // a log's lines are not wrapped
            try
            {
                var values = Parameters(parse.GetValue(parameters) ?? [], parse.GetValue(profile));
                var options = new RunOptions
                {
                    Parameters = values,
                    CellTimeout = parse.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    ContinueOnError = parse.GetValue(continueOnError),
                };
                options.Validate();
                var target = Path.GetFullPath(parse.GetRequiredValue(output));
                var notebooks = NotebookFinder.Find(parse.GetRequiredValue(paths), target, !parse.GetValue(noHtml));
                IReadOnlyList<FoundNotebook> pages = parse.GetValue(beside) is { Length: > 0 } words ? [.. words.Chunk(2).Select(pair => new FoundNotebook(pair[0], pair[1]))] : notebooks;
                var run = new NotebookBatch(target, pages, options, parse.GetValue(failFast), !parse.GetValue(noHtml), console);
                if (parse.GetValue(parallel) is var width and < 1) throw new ArgumentException($"--parallel must be at least 1, not {width}.");
                return parse.GetValue(relative) is { } name ? run.RunOneOfManyAsync(notebooks[0] with { Relative = name }, cancellation)
                    : parse.GetValue(parallel) > 1 && notebooks.Count > 1 ? run.RunSideBySideAsync(notebooks, parse.GetValue(parallel), cancellation)
                    : run.RunInOrderAsync(notebooks, cancellation);
            }
            catch (Exception e) when (e is ArgumentException or OverflowException or IOException)
            {
                console.MarkupLineInterpolated($"[red]{e.Message}[/]");
                return Task.FromResult(BadInput);
            }
        });
        return command;
    }

    private static Dictionary<string, string> Parameters(IEnumerable<string> pairs, string? profile)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (profile is not null) values["profile"] = profile;
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=');
            if (equals < 1) throw new ArgumentException($"-p takes name=value, not '{pair}'.");
            values[pair[..equals].Trim()] = pair[(equals + 1)..];
        }

        return values;
    }
}
