using System.Collections.Concurrent;
using System.Runtime;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// The one thread on which a session's cells run, so that thread-bound state (tensor scopes, no-grad) holds from cell to
/// cell; continuations after await come back to it. Stopping code that does not cooperate aborts what runs on it
/// (<see cref="ControlledExecution"/>) and wakes it from blocked waits.
/// </summary>
internal sealed class CellThread : SynchronizationContext, IDisposable
{
    private const int StackBytes = 16 << 20;
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> queue = [];
    private readonly Thread thread;

    /// <summary>Told of exceptions in continuations that a cell left behind (async void, most often).</summary>
    public Action<Exception>? Stray { get; init; }

    public CellThread()
    {
        thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = "cells" };
        thread.Start();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            queue.Add((d, state));
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // The session is gone; what its cells left behind has nowhere to run.
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == thread)
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        Post(_ =>
        {
            try
            {
                d(state);
            }
            finally
            {
                done.Set();
            }
        }, null);
        done.Wait();
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs ordinary work on the thread; it is not aborted.</summary>
    public Task<T> InvokeAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, null);
        return done.Task;
    }

    /// <summary>
    /// Runs asynchronous work to its end on the thread. Cancelling <paramref name="abort"/> stops it by force, and the
    /// task is then cancelled.
    /// </summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken abort)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => RunHere(work, done, abort), null);
        return done.Task;
    }

    /// <summary>Wakes the thread from a wait that an abort does not reach.</summary>
    public void Interrupt() => thread.Interrupt();

    public void Dispose() => queue.CompleteAdding();

    private void RunHere<T>(Func<Task<T>> work, TaskCompletionSource<T> done, CancellationToken abort)
    {
        try
        {
#pragma warning disable SYSLIB0046 // The only way to stop code that does not cooperate; the cell, not our code, runs inside.
            ControlledExecution.Run(() => Pump(work, done), abort);
#pragma warning restore SYSLIB0046
        }
        catch (Exception e) when (abort.IsCancellationRequested)
        {
            done.TrySetException(e is OperationCanceledException ? e : new OperationCanceledException("The cell was stopped.", e));
        }
        catch (Exception e)
        {
            done.TrySetException(e);
        }
    }

    private void Pump<T>(Func<Task<T>> work, TaskCompletionSource<T> done)
    {
        var task = work();
        if (!task.IsCompleted)
        {
            _ = task.ContinueWith(_ => Post(static _ => { }, null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                var (callback, state) = queue.Take();
                callback(state);
            }
        }

        if (task.IsCanceled) done.TrySetCanceled();
        else if (task.Exception is { } e) done.TrySetException(e.InnerExceptions);
        else done.TrySetResult(task.Result);
    }

    private void Loop()
    {
        SetSynchronizationContext(this);
        while (!queue.IsCompleted)
        {
            try
            {
                if (queue.TryTake(out var item, Timeout.Infinite)) item.Callback(item.State);
            }
            catch (Exception e) when (e is ThreadInterruptedException or InvalidOperationException)
            {
                // A late wake-up, or the queue was completed while waiting.
            }
            catch (Exception e)
            {
                Stray?.Invoke(e);
            }
        }
    }
}
