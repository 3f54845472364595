using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>comm_open: the front end opens a comm.</summary>
internal sealed class CommOpenHandler(SessionHost host) : CommRequestHandler(host, "comm_open")
{
    protected override void Handle(string id, string target, JsonObject data) => Comms.Opened(id, target, data);
}
