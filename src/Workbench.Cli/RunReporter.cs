using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Running;
using Workbench.Kernel.Scripting;

namespace Workbench.Cli;

/// <summary>
/// Shows a notebook's progress: a line a finished cell, on a terminal with a running clock for the current one; errors with
/// the cell's source. Writes the outputs so far, at most every second, so that a killed run leaves them.
/// </summary>
internal sealed class RunReporter : IProgress<RunProgress>, IDisposable
{
    private const int ContextLines = 3;
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);
    private readonly string name;
    private readonly NotebookDocument document;
    private readonly string executed;
    private readonly IAnsiConsole console;
    private readonly Stopwatch sinceSave = Stopwatch.StartNew();
    private readonly Stopwatch cellClock = new();
    private readonly Lock gate = new();
    private readonly Timer? ticker;
    private RunProgress? current;
    private bool unsaved;

    public RunReporter(string name, NotebookDocument document, string executed, IAnsiConsole console)
    {
        (this.name, this.document, this.executed, this.console) = (name, document, executed, console);
        console.MarkupLineInterpolated($"[bold]{name}[/]");
        if (console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi) ticker = new(_ => Tick(), null, 500, 500);
    }

    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (value.Result is not { } result)
            {
                Save(); // what quick cells made, before one that may take long
                current = value;
                cellClock.Restart();
                ShowClock();
                return;
            }

            current = null;
            EraseClock();
            console.MarkupLineInterpolated($"  {Place(value)} [{Colour(result.Status)}]{Seconds(result.Elapsed)}[/]  [grey]{FirstLine(value.Cell)}[/]");
            if (result.Error is { } error) ShowError(value, error);
            unsaved = true;
            Save();
        }
    }

    public void Finish(RunResult result)
    {
        lock (gate)
        {
            EraseClock();
            foreach (var warning in result.Warnings) console.MarkupLineInterpolated($"  [yellow]{warning}[/]");
            var end = result.Succeeded ? "[green]done[/]" : result.Stopped ? "[yellow]stopped; outputs so far are kept[/]" : "[red]failed[/]";
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  {end}, {result.Completed} of {result.Count} cells in {result.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    public void Dispose() => ticker?.Dispose();

    private void Save()
    {
        if (!unsaved || sinceSave.Elapsed < SavePause) return;
        document.Write(executed);
        unsaved = false;
        sinceSave.Restart();
    }

    private void Tick()
    {
        lock (gate)
            if (current is not null) ShowClock();
    }

    private void ShowClock()
    {
        if (ticker is null || current is null) return;
        EraseClock();
        console.Write(new Text($"  {Place(current)} {Seconds(cellClock.Elapsed)}  {FirstLine(current.Cell)}", new Style(Color.Blue)).Overflow(Overflow.Ellipsis));
    }

    private void EraseClock()
    {
        if (ticker is not null) console.Profile.Out.Writer.Write("\r\u001b[2K");
    }

    private void ShowError(RunProgress at, CellError error)
    {
        console.MarkupLineInterpolated($"  [red bold]{name}, cell {at.Number} of {at.Count}{(error.Line is { } l ? $", line {l}" : "")}: {error.Name}[/]");
        if (error.Line is { } line) ShowSource(at.Cell.Source.Split('\n'), line);
        foreach (var text in error.Traceback) console.WriteLine("  " + text, new Style(Color.Red));
    }

    private void ShowSource(string[] lines, int line)
    {
        for (var i = Math.Max(1, line - ContextLines); i <= Math.Min(lines.Length, line + ContextLines); i++)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(i == line ? ">" : " ")}{i,4} | {lines[i - 1]}"), new Style(i == line ? Color.Red : Color.Grey));
    }

    private static string Place(RunProgress at) => string.Create(CultureInfo.InvariantCulture, $"cell {at.Number,3}/{at.Count}");

    private static string Seconds(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,7:0.0} s");

    private static string Colour(CellStatus status) => status switch { CellStatus.Succeeded => "green", CellStatus.Failed => "red", _ => "yellow" };

    private static string FirstLine(NotebookCell cell)
    {
        var lines = cell.Source.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        var line = lines.Find(l => !l.StartsWith("#r", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "";
        return line.Length > 60 ? line[..60] + "..." : line;
    }
}
