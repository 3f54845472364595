namespace Workbench.Kernel.Scripting;

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>It ran to its end.</summary>
    Succeeded,

    /// <summary>It did not compile or threw.</summary>
    Failed,

    /// <summary>It was stopped; state from before and what it had assigned so far are kept.</summary>
    Cancelled,

    /// <summary>It could not be stopped (a native call, most often) and still runs; the session can run no more cells.</summary>
    Abandoned,
}

/// <summary>The outcome of one cell.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Error">What to show when it did not succeed.</param>
/// <param name="Value">The value of the last expression, when there was one.</param>
/// <param name="ExecutionCount">The number in <c>In[n]</c>.</param>
/// <param name="Elapsed">Compile and run time.</param>
public sealed record CellResult(CellStatus Status, CellError? Error, object? Value, int ExecutionCount, TimeSpan Elapsed);
