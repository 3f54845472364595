using System.Text.Json.Nodes;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>What the messages of a comm have in common: they run on the session's thread, show output, and have no reply.</summary>
internal abstract class CommRequestHandler(SessionHost host, string messageType) : IRequestHandler
{
    public string MessageType { get; } = messageType;

    protected Display.CommHub Comms => host.Comms;

    public async Task HandleAsync(RequestContext context)
    {
        var publisher = new OutputPublisher(context, host.ExecutionCount);
        var data = context.Content["data"]?.DeepClone() as JsonObject ?? [];
        try
        {
            var request = new CellRequest("", publisher.Receive) { Comms = host.Comms };
            await host.Session.InvokeAsync(request, () => Handle(context.Content.Text("comm_id"), context.Content.Text("target_name"), data)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            publisher.Receive(new StreamWritten("stderr", $"A widget's message failed: {e.GetType().Name}: {e.Message}\n"));
        }

        publisher.Flush();
    }

    protected abstract void Handle(string id, string target, JsonObject data);
}
