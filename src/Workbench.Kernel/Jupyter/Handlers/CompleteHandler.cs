using System.Text.Json.Nodes;
using Workbench.Kernel.Language;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>complete_request: what could stand at the cursor, with types, signatures and documentation.</summary>
internal sealed class CompleteHandler(LanguageService language) : IRequestHandler
{
    public string MessageType => "complete_request";

    public async Task HandleAsync(RequestContext context)
    {
        var code = context.Content.Text("code");
        var cursor = WireText.ToIndex(code, context.Content.Number("cursor_pos") ?? code.Length);
        var list = await language.CompleteAsync(code, cursor, CancellationToken.None).ConfigureAwait(false);
        var (start, end) = (WireText.ToCodePoints(code, list.Start), WireText.ToCodePoints(code, list.End));
        var details = list.Items.Select(item => (JsonNode)new JsonObject
        {
            ["start"] = start,
            ["end"] = end,
            ["text"] = item.Text,
            ["type"] = item.Kind,
            ["signature"] = item.Signature,
            ["documentation"] = item.Documentation,
        });
        context.Reply(new JsonObject
        {
            ["matches"] = new JsonArray([.. list.Items.Select(item => (JsonNode)item.Text!)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject { ["_jupyter_types_experimental"] = new JsonArray([.. details]) },
        });
    }
}
