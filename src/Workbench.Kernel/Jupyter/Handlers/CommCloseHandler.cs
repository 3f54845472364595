using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>comm_close: the front end closes a comm.</summary>
internal sealed class CommCloseHandler(SessionHost host) : CommRequestHandler(host, "comm_close")
{
    protected override void Handle(string id, string target, JsonObject data) => Comms.Closed(id);
}
