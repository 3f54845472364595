using System.IO.Pipes;
using System.Text;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Watching;

/// <summary>
/// The kernel process's side of being watched: it says which request is at work, and hears "interrupt" and "stop" on its
/// standard input, whose end means that the watcher is gone.
/// </summary>
public sealed class WatchedProcess : IDisposable
{
    private readonly StreamWriter report;
    private readonly Lock gate = new();

    /// <param name="reportHandle">The pipe that <see cref="KernelWatcher"/> gave.</param>
    /// <param name="interrupt">Stops the running cell.</param>
    /// <param name="stop">Ends the kernel.</param>
    public WatchedProcess(string reportHandle, Action interrupt, Action stop)
    {
        report = new(new AnonymousPipeClientStream(PipeDirection.Out, reportHandle), new UTF8Encoding(false)) { AutoFlush = true };
        var input = new StreamReader(Console.OpenStandardInput());
        new Thread(() => Listen(input, interrupt, stop)) { IsBackground = true, Name = "watcher's words" }.Start();
    }

    /// <summary>Says which request is at work now.</summary>
    public void Report(JupyterMessage? request) => Write(RunningRequest.Line(request));

    /// <summary>Says that the process ends because it was asked to.</summary>
    public void ReportEnding() => Write(RunningRequest.Ending);

    /// <inheritdoc/>
    public void Dispose() => report.Dispose();

    private static void Listen(StreamReader input, Action interrupt, Action stop)
    {
        while (input.ReadLine() is { } word)
            if (word == KernelWatcher.InterruptWord) interrupt();
            else if (word == KernelWatcher.StopWord) break;
        stop();
    }

    private void Write(string line)
    {
        try
        {
            lock (gate) report.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The watcher is gone; the end of standard input ends this process too.
        }
    }
}
