using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>history_request: the cells that ran, by their end, their range or a pattern.</summary>
internal sealed class HistoryHandler(HistoryStore history) : IRequestHandler
{
    public string MessageType => "history_request";

    public Task HandleAsync(RequestContext context)
    {
        var content = context.Content;
        var entries = content.Text("hist_access_type") switch
        {
            "tail" => history.Tail(content.Number("n") ?? 10),
            "range" => history.Range(content.Number("session") ?? 0, content.Number("start") ?? 0, content.Number("stop")),
            "search" => history.Search(content.Text("pattern", "*"), content.Number("n"), content.Flag("unique")),
            _ => [],
        };
        var withOutput = content.Flag("output");
        context.Reply(new JsonObject
        {
            ["history"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonArray(
                HistoryStore.SessionNumber, e.Line, withOutput ? new JsonArray(WireText.Of(e.Input), e.Output is null ? null : WireText.Of(e.Output)) : WireText.Of(e.Input)))]),
        });
        return Task.CompletedTask;
    }
}
