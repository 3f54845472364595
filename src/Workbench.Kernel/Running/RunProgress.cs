using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>One report of a running notebook: a code cell begins (<see cref="Result"/> is null) or has ended.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">One-based number among the code cells.</param>
/// <param name="Count">Number of code cells.</param>
/// <param name="Result">How the cell ended.</param>
public sealed record RunProgress(NotebookCell Cell, int Number, int Count, CellResult? Result);
