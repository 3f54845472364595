namespace Workbench.Schedulers;

/// <summary>The tables of β and ᾱ behind a <see cref="NoiseSchedule"/>.</summary>
internal static class BetaTable
{
    /// <summary>β of every training timestep, rounded to float32.</summary>
    public static double[] Build(SchedulerConfig config)
    {
        int count = config.NumTrainTimesteps;
        double start = config.BetaStart, end = config.BetaEnd;
        double At(double from, double to, int i) => count == 1 ? from : from + (to - from) * i / (count - 1);
        Func<int, double> beta = config.BetaSchedule switch
        {
            _ when config.TrainedBetas is { } trained => i => trained[i],
            BetaSchedule.Linear => i => At(start, end, i),
            BetaSchedule.ScaledLinear => i => Math.Pow((float)At((float)Math.Sqrt(start), (float)Math.Sqrt(end), i), 2),
            BetaSchedule.SquaredcosCapV2 => i => Math.Min(1 - CosineAlphaBar((i + 1.0) / count) / CosineAlphaBar((double)i / count), 0.999),
            BetaSchedule.Sigmoid => i => start + (end - start) / (1 + Math.Exp(-At(-6, 6, i))),
            _ => throw new InvalidDataException($"Unknown beta schedule {config.BetaSchedule}."),
        };
        var betas = new double[count];
        for (var i = 0; i < count; i++) betas[i] = (float)beta(i);
        return config.RescaleBetasZeroSnr ? RescaledToZeroSnr(betas) : betas;
    }

    /// <summary>ᾱ_t = Π_{s≤t}(1−β_s), each rounded to float32 after a product in double.</summary>
    public static double[] CumulativeAlphas(IReadOnlyList<double> betas)
    {
        var table = new double[betas.Count];
        var product = 1.0;
        for (var i = 0; i < table.Length; i++)
        {
            product *= (float)(1 - betas[i]);
            table[i] = (float)product;
        }
        return table;
    }

    /// <summary>Shifts and scales √ᾱ so that it ends at exactly 0 and starts where it did (Lin et al. 2023, algorithm 1).</summary>
    private static double[] RescaledToZeroSnr(double[] betas)
    {
        var roots = Array.ConvertAll(CumulativeAlphas(betas), Math.Sqrt);
        double first = roots[0], last = roots[^1];
        var rescaled = Array.ConvertAll(roots, root => Math.Pow((root - last) * first / (first - last), 2));
        var result = new double[betas.Length];
        for (var i = 0; i < result.Length; i++) result[i] = (float)(1 - (i == 0 ? rescaled[0] : rescaled[i] / rescaled[i - 1]));
        return result;
    }

    private static double CosineAlphaBar(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
}
