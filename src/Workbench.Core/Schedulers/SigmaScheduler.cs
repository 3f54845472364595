using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Schedulers that think in noise levels σ = √((1−ᾱ)/ᾱ) instead of timesteps.</summary>
public abstract class SigmaScheduler : Scheduler
{
    private double[] sigmas = [];

    /// <summary>Builds the training-time schedule and the table of its noise levels.</summary>
    protected SigmaScheduler(SchedulerConfig config, StepOptions? options) : base(config, options) =>
        Table = new SigmaTable(Schedule, config.RescaleBetasZeroSnr);

    /// <summary>The noise levels of the run: one a step, and the one after the last step.</summary>
    public IReadOnlyList<double> Sigmas => sigmas;

    private protected SigmaTable Table { get; }

    /// <inheritdoc/>
    public override double AlphaBar(int stepIndex)
    {
        CheckIndex(stepIndex);
        return 1 / (sigmas[stepIndex] * sigmas[stepIndex] + 1);
    }

    /// <summary>Takes the noise levels of a new run, rounded to float32.</summary>
    protected void UseSigmas(IEnumerable<double> levels) => sigmas = [.. levels.Select(level => (double)(float)level)];

    /// <summary>
    /// Timesteps and noise levels of a multistep solver: its grid, or the chosen levels at their nearest timesteps.
    /// </summary>
    private protected double[] PlanMultistep(int count, int usableTimesteps, double sigmaMinAfterChosen)
    {
        if (Config.TimestepSpacing == TimestepSpacing.Leading && count + 1 > usableTimesteps)
            throw new InvalidDataException($"{Config.ClassName}: leading spacing takes at most {usableTimesteps - 1} steps here, but got {count}.");
        var plan = TimestepGrid.Multistep(Config, usableTimesteps, count);
        var levels = SigmaTable.Chosen(Config, Table.Max, Table.Min, count);
        var final = Config.FinalSigmasType == FinalSigmasType.Zero ? 0 : levels is null ? Table.Min : sigmaMinAfterChosen;
        UseSigmas([.. levels ?? Array.ConvertAll(plan, Table.At), final]);
        if (levels is null) return plan;
        // The cosine schedule is too steep at its noisy end for rounding: the reference truncates there.
        return Array.ConvertAll(levels, level => RoundsChosen ? TimestepGrid.Round(Table.TimestepOf(level)) : Math.Floor(Table.TimestepOf(level)));
    }

    private bool RoundsChosen =>
        (Config.UseKarrasSigmas || Config.UseLuLambdas)
        && !(Config.ClassName == "DPMSolverMultistepScheduler" && Config.BetaSchedule == BetaSchedule.SquaredcosCapV2);

    /// <summary>Signal and noise factors of the variance-preserving state with noise level <paramref name="sigma"/>.</summary>
    private protected static (double Alpha, double Sigma) VariancePreserving(double sigma)
    {
        var alpha = 1 / Math.Sqrt(sigma * sigma + 1);
        return (alpha, sigma * alpha);
    }

    /// <summary>Half log-SNR λ = log(α/σ) = −log σ of a noise level; infinite without noise.</summary>
    private protected static double Lambda(double sigma) => -Math.Log(sigma);
}
