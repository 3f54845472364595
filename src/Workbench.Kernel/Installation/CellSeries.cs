namespace Workbench.Kernel.Installation;

/// <summary>Memory of a kernel after so many cells of a series.</summary>
/// <param name="Cells">How many had run.</param>
/// <param name="Resident">Resident bytes of the process.</param>
/// <param name="Live">Bytes of the managed heap after a full collection.</param>
public sealed record MemoryPoint(int Cells, long Resident, long Live);

/// <summary>What was measured over many cells of one kind, run one after another in one kernel.</summary>
/// <param name="Milliseconds">Time of each cell as the front end sees it, in the order in which they ran.</param>
/// <param name="CpuMilliseconds">Processor time of the kernel a cell, which other work on the machine disturbs less.</param>
/// <param name="Memory">Memory on the way, from before the first cell to after the last.</param>
public sealed record CellSeries(IReadOnlyList<double> Milliseconds, double CpuMilliseconds, IReadOnlyList<MemoryPoint> Memory)
{
    /// <summary>The time that half of the cells stay under.</summary>
    public double Median => Quantile(Milliseconds, 0.5);

    /// <summary>The time that 95 of 100 cells stay under.</summary>
    public double Slow => Quantile(Milliseconds, 0.95);

    /// <summary>The median of the last tenth; against <see cref="Median"/> it tells whether cells become slower.</summary>
    public double LateMedian => Quantile([.. Milliseconds.Skip(Milliseconds.Count * 9 / 10)], 0.5);

    /// <summary>Resident bytes a cell, by least squares over the second half (the first half holds warming up).</summary>
    public double ResidentPerCell => Slope(point => point.Resident);

    /// <summary>Live managed bytes a cell, by least squares over the second half.</summary>
    public double LivePerCell => Slope(point => point.Live);

    /// <summary>The value that a share of the values stays under; NaN when there are none.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 0 ? double.NaN : values.Order().ElementAt((int)((values.Count - 1) * share));
    }

    private double Slope(Func<MemoryPoint, long> bytes)
    {
        var late = Memory.Skip(Memory.Count / 2).ToList();
        if (late.Count < 2) return double.NaN;
        var (x, y) = (late.Average(point => (double)point.Cells), late.Average(point => (double)bytes(point)));
        return late.Sum(point => (point.Cells - x) * (bytes(point) - y)) / late.Sum(point => (point.Cells - x) * (point.Cells - x));
    }
}
