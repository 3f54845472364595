namespace Workbench.Schedulers;

/// <summary>Picks inference timesteps from the training ones, noisiest first (Lin et al. 2023, table 2).</summary>
internal static class TimestepGrid
{
    /// <summary><paramref name="count"/> points from <paramref name="last"/> down to 0, not rounded.</summary>
    public static double[] Linspace(double last, int count)
    {
        var spacing = count > 1 ? last / (count - 1) : 0;
        var points = new double[count];
        for (var i = 0; i < count; i++) points[count - 1 - i] = i * spacing;
        if (count > 1) points[0] = last;
        return points;
    }

    /// <summary>Multiples of <paramref name="total"/>/<paramref name="count"/> (whole division) from 0, plus an offset.</summary>
    public static double[] Leading(int total, int count, int offset)
    {
        var ratio = total / count;
        var points = new double[count];
        for (var i = 0; i < count; i++) points[count - 1 - i] = i * ratio + offset;
        return points;
    }

    /// <summary>Steps of <paramref name="total"/>/<paramref name="count"/> down from <paramref name="first"/>, rounded, less one.</summary>
    public static double[] Trailing(int first, int total, int count)
    {
        var ratio = (double)total / count;
        // The increment as a floating-point range sees it: it decides how ties are rounded.
        var increment = first - ratio - first;
        var points = new double[(int)Math.Ceiling(first / ratio - 1e-9)];
        for (var i = 0; i < points.Length; i++) points[i] = Round(first + i * increment) - 1;
        return points;
    }

    /// <summary>Rounds half to even.</summary>
    public static double Round(double value) => Math.Round(value, MidpointRounding.ToEven);

    /// <summary>The grid of the ancestral samplers, whole numbers.</summary>
    public static double[] Whole(SchedulerConfig config, int count) => config.TimestepSpacing switch
    {
        TimestepSpacing.Linspace => Array.ConvertAll(Linspace(config.NumTrainTimesteps - 1, count), Round),
        TimestepSpacing.Leading => Leading(config.NumTrainTimesteps, count, config.StepsOffset),
        _ => Trailing(config.NumTrainTimesteps, config.NumTrainTimesteps, count),
    };

    /// <summary>The grid of the Euler samplers: linspace is not rounded.</summary>
    public static double[] Real(SchedulerConfig config, int count) => config.TimestepSpacing == TimestepSpacing.Linspace
        ? Array.ConvertAll(Linspace(config.NumTrainTimesteps - 1, count), point => (double)(float)point)
        : Whole(config, count);

    /// <summary>The grid of the multistep solvers: one more point is drawn, and the cleanest dropped.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="last">How many training timesteps may be used.</param>
    /// <param name="count">Inference steps.</param>
    public static double[] Multistep(SchedulerConfig config, int last, int count) => config.TimestepSpacing switch
    {
        TimestepSpacing.Linspace => Array.ConvertAll(Linspace(last - 1, count + 1)[..^1], Round),
        TimestepSpacing.Leading => Leading(last, count + 1, config.StepsOffset)[..^1],
        _ => Trailing(last, config.NumTrainTimesteps, count),
    };
}
