using System.Globalization;
using Spectre.Console;
using Workbench.Imaging;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Html;
using Workbench.Kernel.Running;

namespace Workbench.Cli;

/// <summary>Runs the notebooks of one command: here one after the other, or side by side as processes; writes pages and the index.</summary>
internal sealed class NotebookBatch(string target, IReadOnlyList<FoundNotebook> all, RunOptions options, bool failFast, bool html, IAnsiConsole console)
{
    private const int Failed = 1;
    private const int Interrupted = 130;
    private readonly Dictionary<string, string> pages = all.DistinctBy(n => n.Path).ToDictionary(n => n.Path, n => n.Relative, StringComparer.Ordinal);

    public async Task<int> RunInOrderAsync(IReadOnlyList<FoundNotebook> notebooks, CancellationToken cancellation)
    {
        var entries = new List<IndexEntry>();
        foreach (var notebook in notebooks)
        {
            if (cancellation.IsCancellationRequested) break;
            entries.Add(await RunHereAsync(notebook, cancellation).ConfigureAwait(false));
            if (failFast && entries[^1].Result is not { Succeeded: true }) break;
        }

        return Finish(entries, notebooks.Count, cancellation);
    }

    /// <summary>At most <paramref name="width"/> at a time; with --fail-fast none is begun after a failure.</summary>
    public async Task<int> RunSideBySideAsync(IReadOnlyList<FoundNotebook> notebooks, int width, CancellationToken cancellation)
    {
        var entries = new IndexEntry?[notebooks.Count];
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = width };
        await Parallel.ForAsync(0, notebooks.Count, limits, async (i, _) =>
        {
            if (failed.IsCancellationRequested) return;
            // A run that does not begin leaves no older one to be taken for its own.
            var executed = Path.Combine(target, notebooks[i].Relative);
            if (Directory.Exists(Path.GetDirectoryName(executed)))
            {
                if (!IsInPlace(notebooks[i], executed)) File.Delete(executed);
                if (html) File.Delete(Path.ChangeExtension(executed, ".html"));
            }
            var (exitCode, output) = await NotebookProcess.RunAsync(Arguments(notebooks[i]), line => Tell(notebooks[i], line), cancellation).ConfigureAwait(false);
            entries[i] = Outcome(notebooks[i], exitCode, output);
            if (entries[i] is { Result: null, Problem: { } problem }) Tell(notebooks[i], $"  {problem}");
            if (failFast && entries[i]!.Result is not { Succeeded: true }) await failed.CancelAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
        return Finish([.. entries.OfType<IndexEntry>()], notebooks.Count, cancellation);
    }

    /// <summary>A line of one of several notebooks, under its name.</summary>
    private void Tell(FoundNotebook notebook, string line)
    {
        lock (console) console.Profile.Out.Writer.WriteLine(line.StartsWith(' ') ? $"{Path.GetFileNameWithoutExtension(notebook.Relative)}{line}" : line);
    }

    /// <summary>What a process of <see cref="RunSideBySideAsync"/> does: one notebook, no index.</summary>
    public async Task<int> RunOneOfManyAsync(FoundNotebook notebook, CancellationToken cancellation)
    {
        var entry = await RunHereAsync(notebook, cancellation).ConfigureAwait(false);
        return cancellation.IsCancellationRequested ? Interrupted : entry.Result is { Succeeded: true } ? 0 : Failed;
    }

    private int Finish(IReadOnlyList<IndexEntry> entries, int count, CancellationToken cancellation)
    {
        var index = Path.Combine(target, "index.html");
        if (html) AtomicFile.WriteAllText(index, IndexHtml.Render(entries));
        var good = entries.Count(e => e.Result is { Succeeded: true });
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[bold]{good} of {count}[/] notebooks ran to their end; results: {(html ? index : target)}");
        if (cancellation.IsCancellationRequested) return Interrupted;
        return good == count ? 0 : Failed;
    }

    private IEnumerable<string> Arguments(FoundNotebook notebook)
    {
        foreach (var word in (string[])["notebook", "run", notebook.Path, "--out", target, "--as", notebook.Relative]) yield return word;
        foreach (var (path, name) in html ? pages : []) foreach (var word in (string[])["--beside", path, name]) yield return word;
        if (!html) yield return "--no-html";
        if (options.ContinueOnError) yield return "--continue-on-error";
        if (options.CellTimeout is { } timeout)
        {
            yield return "--timeout";
            yield return timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in options.Parameters)
        {
            yield return "-p";
            yield return $"{name}={value}";
        }
    }

    /// <summary>The outcome of a notebook that another process has run, from the file that it left.</summary>
    private IndexEntry Outcome(FoundNotebook notebook, int exitCode, string output)
    {
        var executed = Path.Combine(target, notebook.Relative);
        NotebookDocument? document = null;
        try
        {
            if (File.Exists(executed)) document = NotebookDocument.Read(executed);
        }
        catch (Exception e) when (e is NotebookFormatException or IOException)
        {
            // In place the notebook itself is the file; its process has said what is wrong with it.
        }
        var result = document is null ? null : RunSummary.Read(document);
        // A success that the process does not confirm is an older run's, in a notebook that is run in place.
        if (exitCode != 0 && result is { Succeeded: true }) result = null;
        return new(Link(notebook), notebook.Relative, document, result, result is null ? Reason(exitCode, output) : null);
    }

    /// <summary>Why a process left no result: how it ended, and the last thing it said.</summary>
    private static string Reason(int exitCode, string output)
    {
        // A shell's way to name a signal; 9 is what a system without memory sends.
        var end = !OperatingSystem.IsWindows() && exitCode is > 128 and < 160 ? string.Create(CultureInfo.InvariantCulture, $"ended by signal {exitCode - 128}{(exitCode == 137 ? ", as when memory runs out" : "")}") : string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
        return output.Trim() is { Length: > 0 } said ? $"{end}; last words: {said.Split('\n')[^1].Trim()}" : end;
    }

    /// <summary>Where a link of a notebook leads from its page: to the page of another notebook of this run, or to the file beside the notebook.</summary>
    private string Relink(FoundNotebook notebook, string page, string url)
    {
        var cut = url.IndexOfAny(['#', '?']);
        var (path, rest) = cut < 0 ? (url, "") : (url[..cut], url[cut..]);
        if (path.Length == 0 || path.StartsWith('/') || Uri.TryCreate(path, UriKind.Absolute, out _)) return url;
        var name = Uri.UnescapeDataString(path);
        if (name.Contains('\0', StringComparison.Ordinal)) return url;
        var file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(notebook.Path)!, name));
        var leads = pages.TryGetValue(file, out var other) ? Path.ChangeExtension(Path.Combine(target, other), ".html") : File.Exists(file) || Directory.Exists(file) ? file : null;
        // Of another drive there is no relative path.
        return leads is null || Path.GetRelativePath(Path.GetDirectoryName(page)!, leads) is var way && Path.IsPathRooted(way) ? url
            : string.Join('/', way.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)) + rest;
    }

    /// <summary>True where a notebook's result is written over itself, by whatever spelling of its folder.</summary>
    private static bool IsInPlace(FoundNotebook notebook, string executed) =>
        File.Exists(executed) && ImageFolder.IsSame(executed, notebook.Path);

    private string Link(FoundNotebook notebook) => (html ? Path.ChangeExtension(notebook.Relative, ".html") : notebook.Relative).Replace('\\', '/');

    private async Task<IndexEntry> RunHereAsync(FoundNotebook notebook, CancellationToken cancellation)
    {
        var executed = Path.Combine(target, notebook.Relative);
        var page = Path.ChangeExtension(executed, ".html");
        NotebookDocument? document = null;
        try
        {
            document = NotebookDocument.Read(notebook.Path);
            using var reporter = new RunReporter(notebook.Relative, document, executed, console);
            var result = await NotebookRunner.RunAsync(document, Path.GetDirectoryName(notebook.Path)!, options, reporter, cancellation).ConfigureAwait(false);
            reporter.Finish(result);
            document.Write(executed);
            if (html)
                AtomicFile.WriteAllText(page, NotebookHtml.Render(document, new()
                {
                    Folder = Path.GetDirectoryName(notebook.Path)!, Name = Path.GetFileNameWithoutExtension(executed), Link = url => Relink(notebook, page, url),
                }));
            return new(Link(notebook), notebook.Relative, document, result);
        }
        catch (Exception e) when (e is NotebookFormatException or ParameterException or IOException or UnauthorizedAccessException)
        {
            console.MarkupLineInterpolated($"[red]{notebook.Relative}: {e.Message}[/]");
            return new(Link(notebook), notebook.Relative, document, null, e.Message);
        }
    }
}
