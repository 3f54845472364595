namespace Workbench.Kernel.Scripting;

/// <summary>
/// How a cell is stopped: it is asked (its token), aborted and woken from waits, and at last given up. The steps after the
/// first are told, so that the user sees why it takes its time.
/// </summary>
internal sealed class StopLadder(CellThread thread, TimeSpan cooperativeGrace, TimeSpan abortGrace)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs the work on the session's thread until it ends, or cannot be stopped.</summary>
    /// <exception cref="CellStuckException">The work did not stop and goes on; the thread is lost.</exception>
    public async Task<object?> RunAsync(Func<Task<object?>> work, Action<string> tell, CancellationToken cancellation)
    {
        var abort = new CancellationTokenSource(); // not disposed: its Cancel may still be at work when the cell has ended
        var run = thread.RunAsync(work, abort.Token);
        if (await EndsAsync(run, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false)) return await run.ConfigureAwait(false);
        if (await EndsAsync(run, cooperativeGrace, CancellationToken.None).ConfigureAwait(false)) return await run.ConfigureAwait(false);

        tell($"The cell did not react to CellCancellation within {cooperativeGrace.TotalSeconds:0.#} s: it is aborted now.");
        _ = Task.Run(abort.Cancel, CancellationToken.None); // blocks until the thread has stopped, so never from here
        var told = false;
        for (var waited = TimeSpan.Zero; waited < abortGrace; waited += Beat)
        {
            if (await EndsAsync(run, Beat, CancellationToken.None).ConfigureAwait(false)) return await run.ConfigureAwait(false);
            thread.Interrupt();
            if (told || waited < Patience) continue;
            told = true;
            tell($"Still running, in native code most likely: waiting up to {abortGrace.TotalSeconds:0.#} s for it to return.");
        }

        throw new CellStuckException(
            $"The cell did not stop within {(cooperativeGrace + abortGrace).TotalSeconds:0.#} s (native code, most often) and was left running; "
            + "this session ends, and its variables are lost.");
    }

    private static async Task<bool> EndsAsync(Task run, TimeSpan within, CancellationToken cancellation)
    {
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(run, Task.Delay(within, stopWaiting.Token)).ConfigureAwait(false);
        await stopWaiting.CancelAsync().ConfigureAwait(false);
        return run.IsCompleted;
    }
}
