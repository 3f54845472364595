using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Euler's method to a noise level below the next one, then fresh noise up to it.</summary>
/// <remarks>Ancestral sampling in k-diffusion's form: σ_down² + σ_up² = σ_next², as large a σ_up as DDPM's posterior has.</remarks>
public sealed class EulerAncestralDiscreteScheduler(SchedulerConfig config, StepOptions? options = null)
    : VarianceExplodingScheduler(config, options)
{
    /// <inheritdoc/>
    public override bool NeedsNoise => true;

    /// <inheritdoc/>
    protected override double[] Plan(int count)
    {
        var plan = TimestepGrid.Real(Config, count);
        UseSigmas([.. Array.ConvertAll(plan, Table.At), 0]);
        return plan;
    }

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        double sigma = Sigmas[stepIndex], next = Sigmas[stepIndex + 1];
        var up = Math.Sqrt(Math.Max(next * next * (sigma * sigma - next * next) / (sigma * sigma), 0));
        var down = Math.Sqrt(Math.Max(next * next - up * up, 0));

        var x0 = PredictX0(modelOutput, sample, sigma, sigma);
        var derivative = (sample - x0) / sigma;
        var prev = sample + (down - sigma) * derivative;
        return new(up > 0 ? prev + up * noise! : prev, x0);
    }
}
