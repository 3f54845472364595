using System.Text.Json.Nodes;
using Workbench.Kernel.Display;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>comm_info_request: the open comms, all or of one target.</summary>
internal sealed class CommInfoHandler(CommHub comms) : IRequestHandler
{
    public string MessageType => "comm_info_request";

    public Task HandleAsync(RequestContext context)
    {
        var target = context.Content.Text("target_name");
        var open = comms.Open.Where(c => target.Length == 0 || c.Target == target);
        context.Reply(new JsonObject
        {
            ["comms"] = new JsonObject(open.Select(c => KeyValuePair.Create(c.Id, (JsonNode?)new JsonObject { ["target_name"] = c.Target }))),
        });
        return Task.CompletedTask;
    }
}
