using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>comm_msg: the front end sends data on a comm; for one that is not open it is dropped.</summary>
internal sealed class CommMessageHandler(SessionHost host) : CommRequestHandler(host, "comm_msg")
{
    protected override void Handle(string id, string target, JsonObject data) => Comms.Received(id, data);
}
