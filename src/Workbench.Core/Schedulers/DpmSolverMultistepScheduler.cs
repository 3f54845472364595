using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>DPM-Solver and DPM-Solver++ of order 1 to 3, multistep, with their stochastic forms.</summary>
/// <remarks>
/// Lu et al. 2022, "DPM-Solver" (equation 3.7, appendix) and "DPM-Solver++" (algorithm 2 and appendix B; 2M is order 2 midpoint).
/// All updates share one form: with h the step in half log-SNR, x ← a·x + b·(c0·D0 + c1·D1 + c2·D2) + noise, where D are the
/// divided differences of the data (++) or noise predictions.
/// </remarks>
public sealed class DpmSolverMultistepScheduler : MultistepScheduler
{
    /// <summary>Below this many steps the last ones are taken at lower order.</summary>
    private const int FewSteps = 15;

    /// <summary>Checks that the configuration's choices fit together.</summary>
    /// <exception cref="InvalidDataException">A noise-prediction solver cannot end without noise.</exception>
    public DpmSolverMultistepScheduler(SchedulerConfig config, StepOptions? options = null) : base(config, options)
    {
        if (!PredictsData && config.FinalSigmasType == FinalSigmasType.Zero)
            throw new InvalidDataException($"{config.ClassName}: algorithm_type {config.AlgorithmType} needs final_sigmas_type sigma_min, not zero.");
    }

    /// <inheritdoc/>
    public override bool NeedsNoise => Config.AlgorithmType is DpmAlgorithm.SdeDpmsolver or DpmAlgorithm.SdeDpmsolverPlusPlus;

    private bool PredictsData => Config.AlgorithmType is DpmAlgorithm.DpmsolverPlusPlus or DpmAlgorithm.SdeDpmsolverPlusPlus;

    /// <inheritdoc/>
    protected override double[] Plan(int count) => PlanMultistep(count, Table.CountAbove(Config.LambdaMinClipped), Table.Min);

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        if (Config.VarianceType is VarianceType.Learned or VarianceType.LearnedRange && modelOutput.shape[1] == 2 * sample.shape[1])
            modelOutput = modelOutput.narrow(1, 0, sample.shape[1]);
        var x0 = PredictX0(modelOutput, sample, stepIndex);
        Push(stepIndex, PredictsData ? x0 : PredictNoise(modelOutput, sample, x0, stepIndex));

        var order = OrderOf(stepIndex);
        var (alphaFrom, sigmaFrom) = VariancePreserving(Sigmas[stepIndex]);
        var (alpha, sigma) = VariancePreserving(Sigmas[stepIndex + 1]);
        var h = Lambda(Sigmas[stepIndex + 1]) - Lambda(Sigmas[stepIndex]);

        // z is the exponent of the integral's kernel: -h for data, h for noise, doubled for data in the stochastic form.
        var z = PredictsData ? (NeedsNoise ? -2 * h : -h) : h;
        var grow = Math.Exp(z) - 1;
        var keep = PredictsData ? sigma / sigmaFrom * (NeedsNoise ? Math.Exp(-h) : 1) : alpha / alphaFrom;
        var scale = PredictsData ? -alpha : (NeedsNoise ? -2 : -1) * sigma;

        var prev = keep * sample + scale * grow * Past(0).Output;
        if (order > 1) prev = prev + Differences(order, h, z, grow, scale);
        if (NeedsNoise && sigma > 0)
        {
            var spread = sigma * Math.Sqrt(PredictsData ? -grow : Math.Exp(2 * h) - 1);
            prev = prev + spread * noise!;
        }
        else if (NeedsNoise)
        {
            prev = prev.alias();
        }
        return new(prev, x0);
    }

    /// <summary>The terms of order 2 and 3.</summary>
    private Tensor Differences(int order, double h, double z, double grow, double scale)
    {
        var (m0, s0) = Past(0);
        var (m1, s1) = Past(1);
        var r0 = (Lambda(s0) - Lambda(s1)) / h;
        var d1 = (m0 - m1) / r0;
        // Integrals of the kernel times a linear polynomial, and below times a quadratic one.
        var first = grow / z - 1;
        if (order == 2)
        {
            var midpoint = Config.SolverType != SolverType.Heun;
            return scale * (midpoint ? 0.5 * grow : first) * d1;
        }
        var (m2, s2) = Past(2);
        var r1 = (Lambda(s1) - Lambda(s2)) / h;
        var d11 = (m1 - m2) / r1;
        var slope = d1 + r0 / (r0 + r1) * (d1 - d11);
        var curvature = (d1 - d11) / (r0 + r1);
        // The reference gives the stochastic form's last term the other sign; followed here so that results agree.
        var second = (grow - z) / (z * z) + (PredictsData && NeedsNoise ? 0.5 : -0.5);
        return scale * (first * slope + second * curvature);
    }

    private int OrderOf(int stepIndex)
    {
        var left = Timesteps.Count - stepIndex;
        var few = Config.LowerOrderFinal && Timesteps.Count < FewSteps;
        var limit = left == 1 && (Config.EulerAtFinal || few || Config.FinalSigmasType == FinalSigmasType.Zero) ? 1
            : left == 2 && few ? 2 : 3;
        return Math.Min(Math.Min(Config.SolverOrder, Remembered), limit);
    }
}
