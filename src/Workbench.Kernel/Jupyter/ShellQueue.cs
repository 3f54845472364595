using System.Threading.Channels;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>The requests of the shell channel in their order, one answered at a time.</summary>
internal sealed class ShellQueue(RouterChannel shell, RequestDispatcher dispatcher)
{
    private readonly Channel<(JupyterMessage Request, long Number)> queue = Channel.CreateUnbounded<(JupyterMessage, long)>();
    private long arrived;
    private long abortUpTo;

    public void Add(JupyterMessage request) => queue.Writer.TryWrite((request, Interlocked.Increment(ref arrived)));

    /// <summary>Refuses to run the cells that are waiting now, because one before them failed.</summary>
    public void AbortWaiting() => Volatile.Write(ref abortUpTo, Volatile.Read(ref arrived));

    /// <summary>Answers until cancelled.</summary>
    /// <param name="begun">Told of each request before it is answered, and of null afterwards.</param>
    /// <param name="cancellation">Ends the loop.</param>
    public async Task RunAsync(Action<JupyterMessage?> begun, CancellationToken cancellation)
    {
        await foreach (var (request, number) in queue.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            begun(request);
            if (request.Type == "execute_request" && number <= Volatile.Read(ref abortUpTo))
                dispatcher.Answer(request, shell, static context => context.Reply(new() { ["status"] = "aborted" }));
            else
                await dispatcher.DispatchAsync(request, shell).ConfigureAwait(false);
            begun(null);
        }
    }
}
