using Workbench.Kernel.Display;
using Workbench.Kernel.Jupyter.Handlers;
using Workbench.Kernel.Language;
using Workbench.Kernel.Protocol;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter;

/// <summary>
/// A C# kernel that speaks Jupyter's messaging protocol 5.4 on the sockets of a connection file. Several may live in one
/// process; each has a script session of its own.
/// </summary>
public sealed class JupyterKernel : IDisposable
{
    private readonly string id = Guid.NewGuid().ToString("N");
    private readonly KernelOptions options;
    private readonly KernelSockets sockets;
    private readonly SessionHost host;
    private readonly CellInterrupts interrupts = new();
    private readonly TaskCompletionSource<bool> shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RequestDispatcher dispatcher;
    private readonly ShellQueue shell;
    private readonly LanguageService language;

    /// <summary>Binds the sockets.</summary>
    /// <exception cref="NotSupportedException">The connection file names a transport or signature scheme that is not known.</exception>
    /// <exception cref="IOException">A port cannot be bound.</exception>
    public JupyterKernel(ConnectionFile connection, KernelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        this.options = options ?? new();
        sockets = new(connection, id, this.options.Log);
        host = new(this.options, new CommHub(PublishComm));
        var input = new InputChannel(sockets.Stdin, id);
        var history = new HistoryStore();
        ShellQueue? queue = null;
        language = new LanguageService(() => host.Session);
        dispatcher = new(
            [
                new KernelInfoHandler(),
                new ExecuteHandler(host, interrupts, input, history, language, () => queue!.AbortWaiting()) { Ended = () => _ = PrepareAsync() },
                new IsCompleteHandler(),
                new CompleteHandler(language),
                new InspectHandler(language),
                new HistoryHandler(history),
                new CommInfoHandler(host.Comms),
                new CommOpenHandler(host),
                new CommMessageHandler(host),
                new CommCloseHandler(host),
                new InterruptHandler(interrupts),
                new ShutdownHandler(shutdown),
                new DebugHandler(),
                new UsageHandler(),
            ],
            sockets.IoPub, id, this.options.Log);
        shell = queue = new(sockets.Shell, dispatcher);
        sockets.Shell.Received = shell.Add;
        sockets.Control.Received = request => dispatcher.DispatchAsync(request, sockets.Control).GetAwaiter().GetResult();
    }

    /// <summary>Answers requests until the front end asks for shutdown or the token fires.</summary>
    /// <returns>True when the front end means to start the kernel again.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation = default)
    {
        sockets.IoPub.Publish("status", new() { ["execution_state"] = "starting" }, null);
        sockets.Start();
        if (options.WarmUp) _ = WarmUpAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var loop = Task.Run(() => shell.RunAsync(options.RequestBegun, end.Token), CancellationToken.None);
        try
        {
            return await shutdown.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            interrupts.Interrupt();
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(loop, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None)).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false); // the last "idle"
            sockets.Flush(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Stops the running cell, as the front end's interrupt does; for signals.</summary>
    public void Interrupt() => interrupts.Interrupt();

    /// <inheritdoc/>
    public void Dispose()
    {
        sockets.Dispose();
        host.Dispose();
        language.Dispose();
    }

    private async Task WarmUpAsync()
    {
        try
        {
            await host.WarmUpAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            options.Log($"warm-up failed: {e.Message}");
        }

        await PrepareAsync().ConfigureAwait(false);
    }

    private async Task PrepareAsync()
    {
        if (!options.WarmUp || shutdown.Task.IsCompleted) return;
        try
        {
            await language.PrepareAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            options.Log($"completion could not be prepared: {e.Message}");
        }
    }

    private void PublishComm(string type, System.Text.Json.Nodes.JsonObject content)
    {
        if (CellScope.Current is { } cell) cell.Emit(new CommSent(type, content));
        else sockets.IoPub.Publish(type, content, null);
    }
}
