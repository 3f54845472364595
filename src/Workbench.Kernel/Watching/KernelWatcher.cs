using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using NetMQ;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Watching;

/// <summary>
/// Runs the kernel as a process of its own and watches it. What no .NET process survives (stack overflow, a crash in native
/// code, Environment.Exit in a cell) is then told to the front end as the cell's error, before the watcher ends, too, and the
/// front end starts another kernel.
/// </summary>
public sealed class KernelWatcher
{
    internal const string InterruptWord = "interrupt";
    internal const string StopWord = "stop";
    private const int KeptErrors = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private readonly ConnectionFile connection;
    private readonly Action<string> log;
    private readonly StringBuilder errors = new();
    private string lastReport = RunningRequest.Idle;
    private Process? kernel;

    /// <param name="connection">Where the kernel listens.</param>
    /// <param name="log">Receives the kernel's standard error, line by line.</param>
    public KernelWatcher(ConnectionFile connection, Action<string> log) => (this.connection, this.log) = (connection, log);

    /// <summary>Starts the kernel and waits for its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments; the handle of the report pipe is added at the end.</param>
    /// <param name="parentId">A process whose end also ends the kernel, such as the front end's server; null for none.</param>
    /// <param name="cancellation">Ends the kernel.</param>
    /// <returns>The kernel's exit code; above 0 when it died.</returns>
    public async Task<int> RunAsync(string program, IEnumerable<string> arguments, int? parentId = null, CancellationToken cancellation = default)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var start = new ProcessStartInfo(program, [.. arguments, pipe.GetClientHandleAsString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = kernel = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        pipe.DisposeLocalCopyOfClientHandle();
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
        var reports = Task.Run(() => ReadReports(pipe), CancellationToken.None);
        using var stop = cancellation.Register(() => Tell(StopWord));
        using var parent = parentId is { } id ? new Timer(_ => EndWithParent(id), null, 1000, 1000) : null;

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAny(reports, Task.Delay(500, CancellationToken.None)).ConfigureAwait(false);
        if (lastReport == RunningRequest.Ending || cancellation.IsCancellationRequested) return 0;
        return Explain(process.ExitCode);
    }

    /// <summary>Passes an interrupt on.</summary>
    public void Interrupt() => Tell(InterruptWord);

    private int Explain(int exitCode)
    {
        string text;
        lock (errors) text = errors.ToString();
        var cause = DeathCause.Of(exitCode, text);
        log($"[workbench kernel] the kernel's process ended: {cause.Message}");
        try
        {
            new LastWords(connection, Patience).Say(cause, RunningRequest.Parse(lastReport));
        }
        catch (NetMQException e)
        {
            log($"[workbench kernel] the front end could not be told of the end: {e.Message}");
        }

        return exitCode == 0 ? 1 : exitCode;
    }

    private void ReadReports(Stream pipe)
    {
        using var reader = new StreamReader(pipe);
        while (reader.ReadLine() is { } line) lastReport = line;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        log(line);
        lock (errors)
        {
            // A stack overflow prints its cause first, and frames without end after it: the beginning of the end is kept.
            if (errors.Length < KeptErrors) errors.AppendLine(line);
            else if (line.StartsWith("Stack overflow", StringComparison.Ordinal)) errors.Clear().AppendLine(line);
        }
    }

    private void Tell(string word)
    {
        try
        {
            kernel?.StandardInput.WriteLine(word);
            kernel?.StandardInput.Flush();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It has ended.
        }
    }

    private void EndWithParent(int id)
    {
        try
        {
            using var parent = Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            Tell(StopWord);
        }
    }
}
