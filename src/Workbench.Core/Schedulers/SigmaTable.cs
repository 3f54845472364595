using MathNet.Numerics.Distributions;

namespace Workbench.Schedulers;

/// <summary>Noise levels σ = √((1−ᾱ)/ᾱ) of the training timesteps, and the ways to pick inference levels among them.</summary>
internal sealed class SigmaTable
{
    private const double KarrasRho = 7;
    private const double BetaShape = 0.6;

    private readonly double[] sigmas;
    private readonly double[] logSigmas;

    /// <summary>Builds the table; a last timestep without signal keeps a trace of it, for σ must stay finite.</summary>
    public SigmaTable(NoiseSchedule schedule, bool zeroSnr)
    {
        var alphaBars = schedule.AlphasCumprod.ToArray();
        if (zeroSnr) alphaBars[^1] = Math.Pow(2, -24);
        sigmas = Array.ConvertAll(alphaBars, alphaBar => (double)(float)Math.Sqrt((float)((float)(1 - alphaBar) / alphaBar)));
        logSigmas = Array.ConvertAll(sigmas, sigma => (double)(float)Math.Log(sigma));
    }

    /// <summary>The smallest level, that of timestep 0.</summary>
    public double Min => sigmas[0];

    /// <summary>The largest level, that of timestep T−1.</summary>
    public double Max => sigmas[^1];

    /// <summary>How many timesteps have a half log-SNR of at least <paramref name="lambdaMin"/>.</summary>
    public int CountAbove(double lambdaMin) => logSigmas.Count(logSigma => -logSigma >= lambdaMin);

    /// <summary>σ at a timestep, linear between whole ones.</summary>
    public double At(double timestep)
    {
        var time = Math.Clamp(timestep, 0, sigmas.Length - 1);
        var low = Math.Min((int)time, Math.Max(sigmas.Length - 2, 0));
        return low == time ? sigmas[low] : sigmas[low] + (sigmas[low + 1] - sigmas[low]) * (time - low);
    }

    /// <summary>The timestep at which the training schedule has <paramref name="sigma"/>, linear in log σ between whole ones.</summary>
    public double TimestepOf(double sigma)
    {
        var logSigma = Math.Log(Math.Max(sigma, 1e-10));
        var low = Math.Clamp(Array.FindLastIndex(logSigmas, level => logSigma >= level), 0, Math.Max(logSigmas.Length - 2, 0));
        if (logSigmas.Length == 1) return 0;
        var weight = Math.Clamp((logSigmas[low] - logSigma) / (float)(logSigmas[low] - logSigmas[low + 1]), 0, 1);
        return (1 - weight) * low + weight * (low + 1);
    }

    /// <summary>The levels that the configuration's <c>use_…</c> switches ask for, or null when none is set.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="largest">Largest level where the configuration does not overrule it.</param>
    /// <param name="smallest">Smallest level, likewise.</param>
    /// <param name="count">How many levels.</param>
    public static double[]? Chosen(SchedulerConfig config, double largest, double smallest, int count)
    {
        double max = config.SigmaMax ?? largest, min = config.SigmaMin ?? smallest;
        double[] Ramp(Func<double, double> of)
        {
            var levels = new double[count];
            for (var i = 0; i < count; i++) levels[i] = of(count == 1 ? 0 : (double)i / (count - 1));
            return levels;
        }
        double Power(double sigma) => Math.Pow(sigma, 1 / KarrasRho);

        if (config.UseKarrasSigmas) return Ramp(u => Math.Pow(Power(max) + u * (Power(min) - Power(max)), KarrasRho));
        if (config.UseExponentialSigmas || config.UseLuLambdas) return LogLinear(max, min, count);
        if (config.UseBetaSigmas) return Ramp(u => min + Beta.InvCDF(BetaShape, BetaShape, 1 - u) * (max - min));
        return null;
    }

    /// <summary><paramref name="count"/> levels from <paramref name="max"/> to <paramref name="min"/>, evenly in log σ.</summary>
    public static double[] LogLinear(double max, double min, int count)
    {
        var levels = new double[count];
        for (var i = 0; i < count; i++)
            levels[i] = Math.Exp(Math.Log(max) + (count == 1 ? 0 : (double)i / (count - 1)) * (Math.Log(min) - Math.Log(max)));
        return levels;
    }
}
