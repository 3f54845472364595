using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Euler's method on the probability-flow ODE, with optional churn.</summary>
/// <remarks>
/// Karras et al. 2022, algorithm 2 without its second-order correction. Churn comes from <see cref="StepOptions"/>.
/// </remarks>
public sealed class EulerDiscreteScheduler(SchedulerConfig config, StepOptions? options = null) : VarianceExplodingScheduler(config, options)
{
    /// <inheritdoc/>
    public override bool NeedsNoise => Options.Churn > 0;

    /// <inheritdoc/>
    protected override double[] Plan(int count)
    {
        var plan = TimestepGrid.Real(Config, count);
        var levels = Config.InterpolationType == SigmaInterpolation.LogLinear
            ? SigmaTable.LogLinear(Table.Max, Table.Min, count + 1)
            : Array.ConvertAll(plan, Table.At);
        var chosen = SigmaTable.Chosen(Config, levels[0], levels[^1], count);
        UseSigmas([.. chosen ?? levels, Config.FinalSigmasType == FinalSigmasType.Zero ? 0 : Table.Min]);
        if (Config.TimestepType == TimestepType.Continuous && Config.PredictionType == PredictionType.VPrediction)
            return [.. Sigmas.Take(count).Select(sigma => (double)(float)(0.25 * Math.Log(sigma)))];
        return chosen is null ? plan : Array.ConvertAll(chosen, level => (double)(float)Table.TimestepOf(level));
    }

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        double sigma = Sigmas[stepIndex], next = Sigmas[stepIndex + 1];
        var churns = Options.Churn > 0 && sigma >= Options.ChurnMin && sigma <= Options.ChurnMax;
        var gamma = churns ? Math.Min(Options.Churn / (Sigmas.Count - 1), Math.Sqrt(2) - 1) : 0;
        var sigmaHat = sigma * (gamma + 1);
        if (gamma > 0) sample = sample + Options.ChurnNoise * Math.Sqrt(sigmaHat * sigmaHat - sigma * sigma) * noise!;

        var x0 = PredictX0(modelOutput, sample, sigma, sigmaHat);
        var derivative = (sample - x0) / sigmaHat;
        return new(sample + (next - sigmaHat) * derivative, x0);
    }
}
