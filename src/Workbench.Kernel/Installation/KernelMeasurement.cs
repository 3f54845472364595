namespace Workbench.Kernel.Installation;

/// <summary>What was measured of a kernel in one run.</summary>
/// <param name="ReadySeconds">From the start of the process to the answer of kernel_info.</param>
/// <param name="FirstCellSeconds">From the start of the process to the end of the first cell.</param>
/// <param name="Trivial">Cells <c>i + 1</c>.</param>
/// <param name="Repeated">Cells that declare the same variable again and again, as a cell does that is run again.</param>
/// <param name="Declaring">Cells that declare a new variable each, which all later cells can use.</param>
/// <param name="CompletionMilliseconds">Completions with documentation, from the first on, each right after one more declaring cell.</param>
/// <param name="InspectionMilliseconds">Inspections, each right after such a completion.</param>
public sealed record KernelMeasurement(
    double ReadySeconds, double FirstCellSeconds, CellSeries Trivial, CellSeries Repeated, CellSeries Declaring,
    IReadOnlyList<double> CompletionMilliseconds, IReadOnlyList<double> InspectionMilliseconds);
