using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Display;

/// <summary>
/// The comms of a kernel: two-way channels between code here and widgets in the front end ("Custom Messages" of Jupyter's
/// messaging specification). Thread-safe.
/// </summary>
public sealed class CommHub
{
    private readonly ConcurrentDictionary<string, Action<Comm, JsonObject>> targets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Comm> comms = new(StringComparer.Ordinal);
    private readonly Action<string, JsonObject> publish;

    /// <param name="publish">Sends a message (its type and content) to the front end.</param>
    public CommHub(Action<string, JsonObject> publish) => this.publish = publish;

    /// <summary>The open comms.</summary>
    public IReadOnlyCollection<Comm> Open => [.. comms.Values];

    /// <summary>Says what to do when the front end opens a comm of that target; the second argument is the data it sends.</summary>
    public void RegisterTarget(string target, Action<Comm, JsonObject> opened) => targets[target] = opened;

    /// <summary>Opens a comm to a target that the front end knows.</summary>
    public Comm OpenTo(string target, JsonObject? data = null)
    {
        var comm = Add(new(this, Guid.NewGuid().ToString("N"), target));
        publish("comm_open", new JsonObject { ["comm_id"] = comm.Id, ["target_name"] = target, ["data"] = data?.DeepClone() ?? new JsonObject() });
        return comm;
    }

    /// <summary>The front end opened a comm: calls its target, or closes it at once when nobody registered that.</summary>
    internal void Opened(string id, string target, JsonObject data)
    {
        if (targets.TryGetValue(target, out var opened)) opened(Add(new(this, id, target)), data);
        else publish("comm_close", new JsonObject { ["comm_id"] = id, ["data"] = new JsonObject() });
    }

    /// <summary>The front end sent something; false when the comm is not open.</summary>
    internal bool Received(string id, JsonObject data)
    {
        if (!comms.TryGetValue(id, out var comm)) return false;
        comm.OnMessage?.Invoke(data);
        return true;
    }

    /// <summary>The front end closed a comm.</summary>
    internal void Closed(string id)
    {
        if (comms.TryRemove(id, out var comm)) comm.OnClose?.Invoke();
    }

    internal void Send(Comm comm, JsonObject data) => publish("comm_msg", new JsonObject { ["comm_id"] = comm.Id, ["data"] = data.DeepClone() });

    internal void Close(Comm comm)
    {
        if (comms.TryRemove(comm.Id, out _)) publish("comm_close", new JsonObject { ["comm_id"] = comm.Id, ["data"] = new JsonObject() });
    }

    private Comm Add(Comm comm) => comms[comm.Id] = comm;
}
