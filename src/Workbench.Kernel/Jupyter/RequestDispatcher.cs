using System.Text.Json.Nodes;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>Finds a request's handler and frames its work with the status messages "busy" and "idle".</summary>
internal sealed class RequestDispatcher(IEnumerable<IRequestHandler> handlers, IoPubChannel ioPub, string session, Action<string> log)
{
    private readonly Dictionary<string, IRequestHandler> handlers = handlers.ToDictionary(h => h.MessageType, StringComparer.Ordinal);

    public async Task DispatchAsync(JupyterMessage request, RouterChannel channel)
    {
        if (!handlers.TryGetValue(request.Type, out var handler))
        {
            log($"{channel.Name}: no handler for '{Short(request.Type)}'");
            if (request.Type.EndsWith("_request", StringComparison.Ordinal)) Answer(request, channel, Unknown);
            return;
        }

        await AnswerAsync(request, channel, handler.HandleAsync).ConfigureAwait(false);
    }

    /// <summary>Answers a request with something other than its handler, between the status messages.</summary>
    public void Answer(JupyterMessage request, RouterChannel channel, Action<RequestContext> answer)
    {
        var context = new RequestContext(request, channel, ioPub, session);
        Status(context, "busy");
        answer(context);
        Status(context, "idle");
    }

    private async Task AnswerAsync(JupyterMessage request, RouterChannel channel, Func<RequestContext, Task> answer)
    {
        var context = new RequestContext(request, channel, ioPub, session);
        Status(context, "busy");
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log($"{channel.Name}: {request.Type} failed: {e}");
            if (!context.IsAnswered) context.ReplyError(e.GetType().Name, $"The kernel could not answer {request.Type}: {e.Message}");
        }

        Status(context, "idle");
    }

    private static void Unknown(RequestContext context) =>
        context.ReplyError("NotImplementedError", $"This kernel does not know '{Short(context.Request.Type)}'.");

    private static void Status(RequestContext context, string state) => context.Publish("status", new JsonObject { ["execution_state"] = state });

    private static string Short(string text) => text.Length > 80 ? text[..80] + "..." : text;
}
