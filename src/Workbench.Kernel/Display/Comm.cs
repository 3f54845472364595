using System.Text.Json.Nodes;

namespace Workbench.Kernel.Display;

/// <summary>One open channel to a widget of the front end.</summary>
public sealed class Comm
{
    private readonly CommHub hub;

    internal Comm(CommHub hub, string id, string target) => (this.hub, Id, Target) = (hub, id, target);

    /// <summary>Its id in the protocol.</summary>
    public string Id { get; }

    /// <summary>The name that says what the channel is for.</summary>
    public string Target { get; }

    /// <summary>Called with the data of every message from the front end, on the session's thread.</summary>
    public Action<JsonObject>? OnMessage { get; set; }

    /// <summary>Called when the front end closes the channel.</summary>
    public Action? OnClose { get; set; }

    /// <summary>Sends data to the front end.</summary>
    public void Send(JsonObject data)
    {
        ArgumentNullException.ThrowIfNull(data);
        hub.Send(this, data);
    }

    /// <summary>Closes the channel.</summary>
    public void Close() => hub.Close(this);
}
