using Workbench.Kernel.Display;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter;

/// <summary>Holds the kernel's script session, and starts another one when a cell could not be stopped.</summary>
internal sealed class SessionHost : IDisposable
{
    private readonly ScriptSessionOptions options;
    private int before;

    public SessionHost(KernelOptions kernel, CommHub comms)
    {
        Comms = comms;
        options = new() { Folder = kernel.Folder, CooperativeGrace = kernel.CooperativeGrace, AbortGrace = kernel.AbortGrace };
        Session = new(options);
    }

    public ScriptSession Session { get; private set; }

    public CommHub Comms { get; }

    /// <summary>The number of the last counted cell, over all sessions.</summary>
    public int ExecutionCount => before + Session.ExecutionCount;

    /// <summary>Starts another session and returns a word on what was lost.</summary>
    public string Replace()
    {
        var names = Session.Variables.Select(v => v.Name).ToList();
        before = ExecutionCount;
        Session.Dispose();
        Session = new(options);
        var lost = names.Count == 0 ? "there were no variables to lose" : $"lost: {string.Join(", ", names.Take(20))}{(names.Count > 20 ? $" and {names.Count - 20} more" : "")}";
        return $"C# was started afresh in the same kernel ({lost}). Run the cells above again; restart the kernel to also free what the stuck code holds.";
    }

    public void Dispose() => Session.Dispose();

    /// <summary>Runs a trivial cell, for the compiler to be loaded when the user's first cell comes.</summary>
    public Task WarmUpAsync() => Session.ExecuteAsync(new CellRequest("0", static _ => { }) { IsCounted = false });
}
