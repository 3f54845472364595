using MathNet.Numerics.LinearAlgebra;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>UniPC: a multistep predictor of order p and a corrector that lifts it to p+1 without further network calls.</summary>
/// <remarks>
/// Zhao et al. 2023, algorithms 5-8 (B1 or B2, data or noise prediction). Where the step ends without noise its half log-SNR is
/// infinite: such a step is taken at order 1, also for bh1, where the reference yields NaN.
/// </remarks>
public sealed class UniPcMultistepScheduler(SchedulerConfig config, StepOptions? options = null) : MultistepScheduler(config, options)
{
    private Tensor? previousSample;
    private int previousOrder;

    /// <inheritdoc/>
    protected override double[] Plan(int count) => PlanMultistep(count, Config.NumTrainTimesteps, Config.SigmaMin ?? Table.Min);

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        var x0 = PredictX0(modelOutput, sample, stepIndex);
        var output = Config.PredictX0 ? x0 : PredictNoise(modelOutput, sample, x0, stepIndex);
        if (previousSample is not null && !Config.DisableCorrector.Contains(stepIndex - 1))
            sample = Update(previousSample, stepIndex - 1, previousOrder, output);

        Push(stepIndex, output);
        var order = Math.Min(Config.SolverOrder, Remembered);
        if (Config.LowerOrderFinal) order = Math.Min(order, Timesteps.Count - stepIndex);
        if (Sigmas[stepIndex + 1] == 0) order = 1;
        previousSample?.Dispose();
        previousSample = Remember(sample);
        previousOrder = order;
        return new(Update(sample, stepIndex, order, corrected: null), x0);
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        base.Forget();
        previousSample?.Dispose();
        previousSample = null;
    }

    /// <summary>One step from <paramref name="stepIndex"/>: the predictor, or the corrector where the output at its end is known.</summary>
    private Tensor Update(Tensor sample, int stepIndex, int order, Tensor? corrected)
    {
        var (alphaFrom, sigmaFrom) = VariancePreserving(Sigmas[stepIndex]);
        var (alpha, sigma) = VariancePreserving(Sigmas[stepIndex + 1]);
        var h = Lambda(Sigmas[stepIndex + 1]) - Lambda(Sigmas[stepIndex]);
        var z = Config.PredictX0 ? -h : h;
        var grow = Math.Exp(z) - 1;
        var b = Config.SolverType == SolverType.Bh1 ? z : grow;
        var (keep, scale) = Config.PredictX0 ? (sigma / sigmaFrom, -alpha) : (alpha / alphaFrom, -sigma);

        var newest = Past(0).Output;
        var result = keep * sample + scale * grow * newest;
        var (points, differences) = History(order, h);
        var count = corrected is null ? order - 1 : order;
        if (count == 0) return result;
        if (corrected is not null) differences.Add(corrected - newest);
        var weights = Weights([.. points.Take(order - 1), 1], z, grow, b, count);
        var sum = weights[0] * differences[0];
        for (var i = 1; i < count; i++) sum = sum + weights[i] * differences[i];
        return result + scale * b * sum;
    }

    /// <summary>Positions r of earlier outputs, in units of the step, and their divided differences to the newest one.</summary>
    private (List<double> Points, List<Tensor> Differences) History(int order, double h)
    {
        var (m0, s0) = Past(0);
        var points = new List<double>();
        var differences = new List<Tensor>();
        for (var back = 1; back < order; back++)
        {
            var (output, sigma) = Past(back);
            points.Add((Lambda(sigma) - Lambda(s0)) / h);
            differences.Add((output - m0) / points[^1]);
        }
        return (points, differences);
    }

    /// <summary>Solves the order conditions Σ_j ρ_j·r_j^(k−1) = φ_(k+1)(z)·k!/B, k = 1 … count.</summary>
    private static double[] Weights(double[] points, double z, double grow, double b, int count)
    {
        // The published shortcuts where one unknown is left.
        if (points.Length == 1 || (points.Length == 2 && count == 1)) return [0.5];
        var matrix = Matrix<double>.Build.Dense(count, count, (k, j) => Math.Pow(points[j], k));
        var right = Vector<double>.Build.Dense(count);
        var phi = grow / z - 1;
        var factorial = 1.0;
        for (var k = 0; k < count; k++)
        {
            right[k] = phi * factorial / b;
            factorial *= k + 2;
            phi = phi / z - 1 / factorial;
        }
        return matrix.Solve(right).ToArray();
    }
}
