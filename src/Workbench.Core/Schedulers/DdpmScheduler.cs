using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Ancestral sampling with the posterior q(x_s | x_t, x0).</summary>
/// <remarks>
/// Ho et al. 2020, algorithm 2 and equations 6-7, for any subset of timesteps; learned variances of Nichol and Dhariwal 2021.
/// The previous timestep is the next one of the run (diffusers 0.40), also with linspace spacing.
/// Networks with learned variance give [B, 2C, H, W]: the mean first.
/// </remarks>
public sealed class DdpmScheduler(SchedulerConfig config, StepOptions? options = null) : AlphaScheduler(config, options)
{
    /// <inheritdoc/>
    public override bool NeedsNoise => true;

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        var alphaBar = AlphaBar(stepIndex);
        var alphaBarPrev = stepIndex + 1 < Timesteps.Count ? AlphaBar(stepIndex + 1) : 1;
        var posterior = DdpmPosterior.Between(alphaBar, alphaBarPrev);

        var channels = sample.shape[1];
        var isLearned = Config.VarianceType is VarianceType.Learned or VarianceType.LearnedRange && modelOutput.shape[1] == 2 * channels;
        var learned = isLearned ? modelOutput.narrow(1, channels, channels) : null;
        var x0 = SampleRange.Limit(PredictX0(isLearned ? modelOutput.narrow(1, 0, channels) : modelOutput, sample, alphaBar), Config);

        var mean = posterior.Mean(x0, sample);
        if (Timesteps[stepIndex] <= 0) return new(mean, x0);

        var small = Math.Max(posterior.Variance, 1e-20);
        return new(mean + Deviation(small, posterior.Beta, learned, noise!) * noise!, x0);
    }

    /// <summary>The standard deviation of the step: a number, or a tensor where it is learned.</summary>
    private Tensor Deviation(double small, double large, Tensor? learned, Tensor like) => (Config.VarianceType, learned) switch
    {
        (VarianceType.LearnedRange, { } v) => (((v + 1) / 2) * Math.Log(large / small) + Math.Log(small)).mul(0.5).exp(),
        (VarianceType.Learned, { } v) => v.sqrt(),
        (VarianceType.FixedLarge or VarianceType.FixedLargeLog, _) => tensor(Math.Sqrt(large), dtype: like.dtype, device: like.device),
        _ => tensor(Math.Sqrt(small), dtype: like.dtype, device: like.device),
    };
}
