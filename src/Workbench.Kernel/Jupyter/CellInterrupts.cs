namespace Workbench.Kernel.Jupyter;

/// <summary>Connects interrupts, which come on the control channel or as a signal, with the cell that runs. Thread-safe.</summary>
internal sealed class CellInterrupts
{
    private CancellationTokenSource? running;

    /// <summary>Runs interruptible work; one at a time.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        var stop = running = new CancellationTokenSource(); // not disposed: a late interrupt may still hold it
        try
        {
            return await work(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            running = null;
        }
    }

    /// <summary>Stops what runs. Returns at once: the cell's own callbacks run elsewhere.</summary>
    public void Interrupt()
    {
        if (running is { IsCancellationRequested: false } stop) _ = Task.Run(stop.Cancel);
    }
}
