using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Html;
using Workbench.Kernel.Running;
using Workbench.Tensors;

namespace Workbench.Cli;

/// <summary><c>workbench notebook run</c>: executes notebooks, writes them and their pages, and an index.</summary>
internal static class NotebookRunVerb
{
    private const int Failed = 1;
    private const int BadInput = 2;
    private const int Interrupted = 130;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Notebooks, or folders of notebooks.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out", "-o") { Description = "Folder for executed notebooks and pages.", DefaultValueFactory = _ => Path.Combine("out", "notebooks") };
        var parameters = new Option<string[]>("--parameter", "-p") { Description = "name=value, for the cell tagged 'parameters'; repeat for more.", Arity = ArgumentArity.OneOrMore };
        var profile = new Option<string>("--profile") { Description = "Short for -p profile=...: Smoke or Full." };
        profile.AcceptOnlyFromAmong("Smoke", "Full");
        var timeout = new Option<double?>("--timeout") { Description = "Seconds that a cell may take." };
        var failFast = new Option<bool>("--fail-fast") { Description = "Stop at the first notebook that fails; otherwise the others still run." };
        var continueOnError = new Option<bool>("--continue-on-error") { Description = "Run a notebook's remaining cells after a cell has failed." };
        var html = new Option<bool>("--html") { Description = "Write a self-contained HTML page beside each notebook (the default)." };
        var noHtml = new Option<bool>("--no-html") { Description = "Write no HTML." };
        var command = new Command("run", "Executes notebooks; exits with 1 when a cell fails.") { paths, output, parameters, profile, timeout, failFast, continueOnError, html, noHtml };
        command.SetAction((parse, cancellation) =>
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
            if (!console.Profile.Out.IsTerminal) console.Profile.Width = int.MaxValue / 2; // a log's lines are not wrapped
            try
            {
                NativeTorch.EnsureLoadable(AppContext.BaseDirectory); // a cell may use TorchSharp without touching the core first
                var values = Parameters(parse.GetValue(parameters) ?? [], parse.GetValue(profile));
                var options = new RunOptions
                {
                    Parameters = values,
                    CellTimeout = parse.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    ContinueOnError = parse.GetValue(continueOnError),
                };
                options.Validate();
                var target = Path.GetFullPath(parse.GetRequiredValue(output));
                var notebooks = NotebookFinder.Find(parse.GetRequiredValue(paths), target);
                return RunAllAsync(notebooks, target, options, parse.GetValue(failFast), !parse.GetValue(noHtml), console, cancellation);
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

    private static async Task<int> RunAllAsync(
        IReadOnlyList<FoundNotebook> notebooks, string target, RunOptions options, bool failFast, bool html, IAnsiConsole console, CancellationToken cancellation)
    {
        var entries = new List<IndexEntry>();
        foreach (var notebook in notebooks)
        {
            if (cancellation.IsCancellationRequested) break;
            entries.Add(await RunOneAsync(notebook, target, options, html, console, cancellation).ConfigureAwait(false));
            if (failFast && entries[^1].Result is not { Succeeded: true }) break;
        }

        var index = Path.Combine(target, "index.html");
        if (html) AtomicFile.WriteAllText(index, IndexHtml.Render(entries));
        var good = entries.Count(e => e.Result is { Succeeded: true });
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[bold]{good} of {notebooks.Count}[/] notebooks ran to their end; results: {(html ? index : target)}");
        if (cancellation.IsCancellationRequested) return Interrupted;
        return good == notebooks.Count ? 0 : Failed;
    }

    private static async Task<IndexEntry> RunOneAsync(
        FoundNotebook notebook, string target, RunOptions options, bool html, IAnsiConsole console, CancellationToken cancellation)
    {
        var executed = Path.Combine(target, notebook.Relative);
        var page = Path.ChangeExtension(executed, ".html");
        var link = Path.GetRelativePath(target, html ? page : executed).Replace('\\', '/');
        NotebookDocument? document = null;
        try
        {
            document = NotebookDocument.Read(notebook.Path);
            using var reporter = new RunReporter(notebook.Relative, document, executed, console);
            var result = await NotebookRunner.RunAsync(document, Path.GetDirectoryName(notebook.Path)!, options, reporter, cancellation).ConfigureAwait(false);
            reporter.Finish(result);
            document.Write(executed);
            if (html)
                AtomicFile.WriteAllText(page, NotebookHtml.Render(document, new() { Folder = Path.GetDirectoryName(notebook.Path)!, Name = Path.GetFileNameWithoutExtension(executed) }));
            return new(link, notebook.Relative, document, result);
        }
        catch (Exception e) when (e is NotebookFormatException or ParameterException or IOException or UnauthorizedAccessException)
        {
            console.MarkupLineInterpolated($"[red]{notebook.Relative}: {e.Message}[/]");
            return new(link, notebook.Relative, document, null, e.Message);
        }
    }
}
