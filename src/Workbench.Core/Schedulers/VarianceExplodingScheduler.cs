using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Schedulers whose samples are x0 + σ·noise (Karras et al. 2022): the network is shown the sample divided by √(σ²+1).</summary>
public abstract class VarianceExplodingScheduler : SigmaScheduler
{
    /// <summary>Builds the training-time schedule and the table of its noise levels.</summary>
    protected VarianceExplodingScheduler(SchedulerConfig config, StepOptions? options) : base(config, options)
    {
    }

    /// <inheritdoc/>
    public override double InitNoiseSigma
    {
        get
        {
            var max = Sigmas.Count > 0 ? Sigmas.Max() : Table.Max;
            return Config.TimestepSpacing == TimestepSpacing.Leading ? Math.Sqrt(max * max + 1) : max;
        }
    }

    /// <inheritdoc/>
    public override Tensor ScaleModelInput(Tensor sample, int stepIndex) => sample / Math.Sqrt(Sigmas[stepIndex] * Sigmas[stepIndex] + 1);

    /// <inheritdoc/>
    public override Tensor AddNoise(Tensor x0, Tensor noise, int stepIndex)
    {
        CheckIndex(stepIndex);
        return x0 + Sigmas[stepIndex] * noise;
    }

    /// <summary>The clean sample that a network output implies; ε-networks are read at <paramref name="sigmaHat"/>.</summary>
    private protected Tensor PredictX0(Tensor modelOutput, Tensor sample, double sigma, double sigmaHat) => Config.PredictionType switch
    {
        PredictionType.Epsilon => sample - sigmaHat * modelOutput,
        PredictionType.VPrediction => sample / (sigma * sigma + 1) - sigma / Math.Sqrt(sigma * sigma + 1) * modelOutput,
        _ => modelOutput.alias(),
    };
}
