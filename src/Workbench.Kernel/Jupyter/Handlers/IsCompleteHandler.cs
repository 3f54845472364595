using System.Text.Json.Nodes;
using Workbench.Kernel.Language;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>is_complete_request: whether a console should run the text or ask for another line.</summary>
internal sealed class IsCompleteHandler : IRequestHandler
{
    public string MessageType => "is_complete_request";

    public Task HandleAsync(RequestContext context)
    {
        var code = context.Content.Text("code");
        var state = CodeCompleteness.Of(code);
        var content = new JsonObject { ["status"] = state.ToString().ToLowerInvariant() };
        if (state == Completeness.Incomplete) content["indent"] = CodeCompleteness.Indent(code);
        context.Reply(content);
        return Task.CompletedTask;
    }
}
