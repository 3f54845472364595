using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>How a kernel behaves.</summary>
public sealed record KernelOptions
{
    /// <summary>The folder against which <c>#r</c>, <c>#load</c> and <c>#!import</c> resolve; front ends start kernels in the notebook's folder.</summary>
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>Told of refused messages and failures, a line each.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>How long an interrupted cell may take to end by itself before it is aborted.</summary>
    public TimeSpan CooperativeGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an aborted cell may take before it is given up and the session starts afresh.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Compile a first trivial cell in the background at the start.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>Told of each shell request before it is answered, and of null afterwards: whoever watches the process knows what it died of.</summary>
    public Action<JupyterMessage?> RequestBegun { get; init; } = static _ => { };
}
