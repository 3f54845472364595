using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>debug_request: this kernel has no debugger, and says so in the form of the Debug Adapter Protocol.</summary>
internal sealed class DebugHandler : IRequestHandler
{
    public string MessageType => "debug_request";

    public Task HandleAsync(RequestContext context)
    {
        context.Reply(new JsonObject
        {
            ["type"] = "response",
            ["request_seq"] = context.Content.Number("seq") ?? 0,
            ["seq"] = 0,
            ["success"] = false,
            ["command"] = context.Content.Text("command"),
            ["message"] = "This kernel has no debugger; kernel_info says so too (debugger: false).",
        });
        return Task.CompletedTask;
    }
}
