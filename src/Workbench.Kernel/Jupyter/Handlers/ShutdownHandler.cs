using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>shutdown_request: ends the kernel; to restart, the front end starts another one.</summary>
internal sealed class ShutdownHandler(TaskCompletionSource<bool> shutdown) : IRequestHandler
{
    public string MessageType => "shutdown_request";

    public Task HandleAsync(RequestContext context)
    {
        var restart = context.Content.Flag("restart");
        context.Publish("shutdown_reply", new JsonObject { ["status"] = "ok", ["restart"] = restart });
        context.Reply(new JsonObject { ["restart"] = restart });
        shutdown.TrySetResult(restart);
        return Task.CompletedTask;
    }
}
