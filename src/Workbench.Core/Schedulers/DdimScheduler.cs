using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Deterministic (η = 0) or partly stochastic sampling over a subset of timesteps.</summary>
/// <remarks>
/// Song et al. 2021, equations 12 and 16. The previous timestep is t − T/n; beyond timestep 0 ᾱ is 1 or that of timestep 0
/// (<c>set_alpha_to_one</c>). η and the use of the clipped estimate come from <see cref="StepOptions"/>.
/// </remarks>
public sealed class DdimScheduler(SchedulerConfig config, StepOptions? options = null) : AlphaScheduler(config, options)
{
    /// <inheritdoc/>
    public override bool NeedsNoise => Options.Eta > 0;

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        var alphaBar = AlphaBar(stepIndex);
        var previous = (int)Timesteps[stepIndex] - Config.NumTrainTimesteps / NumInferenceSteps;
        var alphaBarPrev = previous >= 0 ? Schedule.AlphasCumprod[previous] : Config.SetAlphaToOne ? 1 : Schedule.AlphasCumprod[0];

        var x0 = SampleRange.Limit(PredictX0(modelOutput, sample, alphaBar), Config);
        var eps = Options.UseClippedModelOutput
            ? (sample - Math.Sqrt(alphaBar) * x0) / Math.Sqrt(1 - alphaBar)
            : PredictNoise(modelOutput, sample, alphaBar);

        var sigma = Options.Eta * Math.Sqrt((1 - alphaBarPrev) / (1 - alphaBar) * (1 - alphaBar / alphaBarPrev));
        var prev = Math.Sqrt(alphaBarPrev) * x0 + Math.Sqrt(Math.Max(1 - alphaBarPrev - sigma * sigma, 0)) * eps;
        return new(sigma > 0 ? prev + sigma * noise! : prev, x0);
    }
}
