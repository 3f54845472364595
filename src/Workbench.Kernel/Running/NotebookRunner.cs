using System.Diagnostics;
using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>
/// Runs a notebook in this process, without Jupyter: every code cell in order, in a fresh session, outputs into the
/// document. What a failed or stopped cell has shown so far is kept.
/// </summary>
public static class NotebookRunner
{
    /// <summary>Runs the document and puts outputs, execution counts and times into it.</summary>
    /// <param name="document">Changed in place; earlier outputs are dropped first.</param>
    /// <param name="folder">The notebook's folder, against which its paths resolve.</param>
    /// <param name="options">Parameters, timeout, what to do after an error.</param>
    /// <param name="progress">Told when a code cell begins and ends, on the runner's thread; the document may be read then.</param>
    /// <param name="cancellation">Stops the running cell and the notebook.</param>
    /// <exception cref="ParameterException">A parameter does not fit the notebook; nothing has run.</exception>
    public static async Task<RunResult> RunAsync(
        NotebookDocument document, string folder, RunOptions? options = null, IProgress<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        options ??= new();
        options.Validate();
        folder = Path.GetFullPath(folder);
        var clock = Stopwatch.StartNew();
        var warnings = ParameterInjector.Inject(document, options.Parameters);
        var code = document.Cells.Where(c => c.Kind == CellKind.Code).ToList();
        foreach (var cell in code) Reset(cell);
        document.Metadata.Remove(RunSummary.Key);

        var collector = new OutputCollector(options.MaxStreamCharacters);
        var failures = new List<FailedCell>();
        var (completed, stopped) = (0, false);
        var before = Directory.GetCurrentDirectory();
        using var session = new ScriptSession(new() { Folder = folder, CooperativeGrace = options.CooperativeGrace, AbortGrace = options.AbortGrace });
        try
        {
            if (options.ChangeDirectory) Directory.SetCurrentDirectory(folder);
            for (var i = 0; i < code.Count && !stopped; i++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    stopped = true;
                    break;
                }

                collector.Locked(() => progress?.Report(new(code[i], i + 1, code.Count, null))); // who hears of it may write the document, and threads of earlier cells still print
                var result = await RunCellAsync(session, code[i], collector, options, cancellation).ConfigureAwait(false);
                if (result.Status == CellStatus.Succeeded) completed++;
                else if (result.Error is { } error) failures.Add(new(code[i], i + 1, error));
                stopped = cancellation.IsCancellationRequested && result.Status != CellStatus.Succeeded;
                collector.Locked(() => progress?.Report(new(code[i], i + 1, code.Count, result)));
                if (result.Status != CellStatus.Succeeded && (!options.ContinueOnError || !session.IsAlive)) break;
            }
        }
        finally
        {
            if (options.ChangeDirectory) Directory.SetCurrentDirectory(before);
        }

        collector.Close();
        document.Metadata[RunSummary.Key] = RunSummary.Write(options, clock.Elapsed, completed, code.Count, stopped);
        return new(completed, code.Count, failures, stopped, clock.Elapsed, warnings);
    }

    private static async Task<CellResult> RunCellAsync(
        ScriptSession session, NotebookCell cell, OutputCollector collector, RunOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.CellTimeout is { } timeout) limit.CancelAfter(timeout);
        cell.ExecutionCount = session.ExecutionCount + 1;
        var receive = collector.For(cell, cell.ExecutionCount.Value);
        var result = CellLanguage.Refusal(cell) is { } refusal
            ? new(CellStatus.Failed, new("MagicError", refusal, [refusal], 1), null, cell.ExecutionCount.Value, TimeSpan.Zero)
            : await session.ExecuteAsync(CellLanguage.Code(cell), receive, limit.Token).ConfigureAwait(false);
        if (result.Status != CellStatus.Succeeded && limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            var message = $"The cell took longer than {options.CellTimeout!.Value.TotalSeconds:0.###} s and was stopped."
                + (result.Status == CellStatus.Abandoned ? " " + result.Error!.Message : "");
            result = result with { Error = new("CellTimeout", message, [message]) };
        }

        collector.Locked(() =>
        {
            if (result.Error is { } error) cell.Outputs.Add(new ErrorOutput(error.Name, error.Message, error.Traceback));
            cell.Metadata[RunSummary.Key] = new JsonObject
            {
                ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
                ["status"] = result.Status.ToString().ToLowerInvariant(),
            };
        });
        return result;
    }

    private static void Reset(NotebookCell cell)
    {
        cell.Outputs.Clear();
        cell.ExecutionCount = null;
        cell.Metadata.Remove(RunSummary.Key);
    }
}
