using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>interrupt_request: stops the running cell; the ladder of stopping goes on while this is answered.</summary>
internal sealed class InterruptHandler(CellInterrupts interrupts) : IRequestHandler
{
    public string MessageType => "interrupt_request";

    public Task HandleAsync(RequestContext context)
    {
        interrupts.Interrupt();
        context.Reply(new JsonObject());
        return Task.CompletedTask;
    }
}
