using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>A cell that did not succeed.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">One-based number among the code cells.</param>
/// <param name="Error">What to show.</param>
public sealed record FailedCell(NotebookCell Cell, int Number, CellError Error);

/// <summary>The outcome of a notebook.</summary>
/// <param name="Completed">Code cells that ran to their end.</param>
/// <param name="Count">Code cells in all.</param>
/// <param name="Failures">The cells that failed, in order.</param>
/// <param name="Stopped">The run was cancelled.</param>
/// <param name="Elapsed">Time of the whole run.</param>
/// <param name="Warnings">What the caller should know, such as parameters that the notebook does not declare.</param>
public sealed record RunResult(
    int Completed, int Count, IReadOnlyList<FailedCell> Failures, bool Stopped, TimeSpan Elapsed, IReadOnlyList<string> Warnings)
{
    /// <summary>True when every cell ran to its end.</summary>
    public bool Succeeded => Failures.Count == 0 && !Stopped;
}
