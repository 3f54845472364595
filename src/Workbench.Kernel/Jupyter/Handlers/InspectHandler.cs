using System.Text.Json.Nodes;
using Workbench.Kernel.Language;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>inspect_request (Shift+Tab): signatures and documentation of the name at the cursor.</summary>
internal sealed class InspectHandler(LanguageService language) : IRequestHandler
{
    public string MessageType => "inspect_request";

    public async Task HandleAsync(RequestContext context)
    {
        var code = context.Content.Text("code");
        var cursor = WireText.ToIndex(code, context.Content.Number("cursor_pos") ?? code.Length);
        var found = await language.InspectAsync(code, cursor, context.Content.Number("detail_level") is > 0, CancellationToken.None).ConfigureAwait(false);
        context.Reply(new JsonObject
        {
            ["found"] = found is not null,
            ["data"] = found is null ? new JsonObject() : WireText.Bundle(found),
            ["metadata"] = new JsonObject(),
        });
    }
}
