using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Exponential-integrator multistep solvers on variance-preserving samples √ᾱ·x0 + √(1−ᾱ)·noise.</summary>
public abstract class MultistepScheduler : SigmaScheduler
{
    private readonly List<(int StepIndex, Tensor Output)> outputs = [];

    /// <summary>Builds the training-time schedule and the table of its noise levels.</summary>
    protected MultistepScheduler(SchedulerConfig config, StepOptions? options) : base(config, options)
    {
    }

    /// <inheritdoc/>
    protected override bool IsMultistep => true;

    /// <summary>Converted outputs of earlier steps that are remembered, at most the solver's order.</summary>
    private protected int Remembered => outputs.Count;

    /// <inheritdoc/>
    public override Tensor AddNoise(Tensor x0, Tensor noise, int stepIndex)
    {
        CheckIndex(stepIndex);
        var (alpha, sigma) = VariancePreserving(Sigmas[stepIndex]);
        return alpha * x0 + sigma * noise;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        foreach (var (_, output) in outputs) output.Dispose();
        outputs.Clear();
    }

    /// <summary>The output of <paramref name="back"/> steps ago and the noise level at which it was taken; 0 is the newest.</summary>
    private protected (Tensor Output, double Sigma) Past(int back) => (outputs[^(back + 1)].Output, Sigmas[outputs[^(back + 1)].StepIndex]);

    /// <summary>Remembers a converted output, and no more than the solver's order.</summary>
    private protected void Push(int stepIndex, Tensor output)
    {
        if (outputs.Count == Config.SolverOrder)
        {
            outputs[0].Output.Dispose();
            outputs.RemoveAt(0);
        }
        outputs.Add((stepIndex, Remember(output)));
    }

    /// <summary>The clean sample that a network output implies, kept in range where the configuration says so.</summary>
    private protected Tensor PredictX0(Tensor modelOutput, Tensor sample, int stepIndex)
    {
        var (alpha, sigma) = VariancePreserving(Sigmas[stepIndex]);
        var x0 = Prediction.X0(Config.PredictionType, modelOutput, sample, alpha, sigma);
        return Config.Thresholding ? SampleRange.Limit(x0, Config) : x0;
    }

    /// <summary>The noise that a network output implies.</summary>
    private protected Tensor PredictNoise(Tensor modelOutput, Tensor sample, Tensor x0, int stepIndex)
    {
        var (alpha, sigma) = VariancePreserving(Sigmas[stepIndex]);
        if (Config.Thresholding) return (sample - alpha * x0) / sigma;
        return Prediction.Noise(Config.PredictionType, modelOutput, sample, alpha, sigma);
    }
}
