using System.Text;
using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter;

/// <summary>
/// Broadcasts what a cell shows. Console text is gathered for a moment, so that a million small writes are no million
/// messages, and sent in pieces of a size that front ends take.
/// </summary>
internal sealed class OutputPublisher : IDisposable
{
    private const int PieceLength = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private readonly RequestContext context;
    private readonly int executionCount;
    private readonly StringBuilder text = new();
    private readonly Timer timer;
    private string stream = "stdout";

    public OutputPublisher(RequestContext context, int executionCount)
    {
        (this.context, this.executionCount) = (context, executionCount);
        timer = new(_ => Flush());
    }

    /// <summary>Takes an event of the cell.</summary>
    public void Receive(CellEvent e)
    {
        lock (gate)
        {
            switch (e)
            {
                case StreamWritten written:
                    Append(written.Name, written.Text);
                    return;
                case CellStopping stopping:
                    Append("stderr", $"[interrupt] {stopping.Text}\n");
                    Send(all: true);
                    return;
            }

            Send(all: true);
            switch (e)
            {
                case ValueDisplayed shown:
                    context.Publish("display_data", Display(shown.Data, shown.DisplayId));
                    break;
                case DisplayUpdated update:
                    context.Publish("update_display_data", Display(update.Data, update.DisplayId));
                    break;
                case ResultProduced result:
                    var content = Display(result.Data, null);
                    content["execution_count"] = executionCount;
                    context.Publish("execute_result", content);
                    break;
                case OutputCleared cleared:
                    context.Publish("clear_output", new JsonObject { ["wait"] = cleared.Wait });
                    break;
                case CommSent comm:
                    context.Publish(comm.Type, comm.Content);
                    break;
            }
        }
    }

    /// <summary>Sends the console text gathered so far.</summary>
    public void Flush()
    {
        lock (gate) Send(all: true);
    }

    public void Dispose()
    {
        Flush();
        timer.Dispose();
    }

    private void Append(string name, string more)
    {
        if (name != stream) Send(all: true);
        stream = name;
        if (text.Length == 0) timer.Change(Pause, Timeout.InfiniteTimeSpan);
        text.Append(more);
        if (text.Length >= PieceLength) Send(all: false);
    }

    /// <summary>Sends whole pieces, and with <paramref name="all"/> the rest; never one half of a surrogate pair alone.</summary>
    private void Send(bool all)
    {
        var start = 0;
        while (text.Length - start >= PieceLength || (all && start < text.Length))
        {
            var length = Math.Min(PieceLength, text.Length - start);
            if (length > 1 && char.IsHighSurrogate(text[start + length - 1])) length--;
            context.Publish("stream", new JsonObject { ["name"] = stream, ["text"] = WireText.Of(text.ToString(start, length)) });
            start += length;
        }

        text.Remove(0, start);
    }

    private static JsonObject Display(MimeBundle data, string? id)
    {
        var content = new JsonObject { ["data"] = WireText.Bundle(data), ["metadata"] = new JsonObject() };
        if (id is not null) content["transient"] = new JsonObject { ["display_id"] = id };
        return content;
    }
}
