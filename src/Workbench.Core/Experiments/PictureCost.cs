using System.Diagnostics;

namespace Workbench.Experiments;

/// <summary>What it took to make a set of pictures.</summary>
/// <param name="Seconds">By the clock; other programs of the machine lengthen them.</param>
/// <param name="ProcessorSeconds">Of this program, over all its threads.</param>
public sealed record PictureCost(double Seconds, double ProcessorSeconds)
{
    /// <summary>Does some work and measures it.</summary>
    public static (T Result, PictureCost Cost) Measure<T>(Func<T> work)
    {
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var result = work();
        return (result, new PictureCost(Math.Round(clock.Elapsed.TotalSeconds, 4), Math.Round((Environment.CpuUsage.TotalTime - before).TotalSeconds, 4)));
    }
}
