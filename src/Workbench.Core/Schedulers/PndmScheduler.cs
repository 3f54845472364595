using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Pseudo numerical methods: Runge-Kutta warm-up (or none), then linear multistep over the noise estimates.</summary>
/// <remarks>
/// Liu et al. 2022, equations 9 (transfer), 12 (multistep) and 13 (Runge-Kutta). With <c>skip_prk_steps</c> the second timestep is
/// visited twice, so a run of n steps has n+1 network calls; else the first three steps take four calls each.
/// A run that starts in the middle (image-to-image) starts the multistep at order 1, without the repeated timestep.
/// </remarks>
public sealed class PndmScheduler(SchedulerConfig config, StepOptions? options = null) : AlphaScheduler(config, options)
{
    private const int WarmUpSteps = 3;

    private readonly List<Tensor> estimates = [];
    private Tensor? rungeKuttaSum;
    private Tensor? anchor;
    private int rungeKuttaCalls;

    private int Interval => Config.NumTrainTimesteps / NumInferenceSteps;

    /// <inheritdoc/>
    protected override bool IsMultistep => true;

    /// <inheritdoc/>
    protected override double[] Plan(int count)
    {
        var grid = base.Plan(count);
        rungeKuttaCalls = 0;
        if (Config.SkipPrkSteps) return count == 1 ? grid : [grid[0], grid[1], .. grid[1..]];
        if (count <= WarmUpSteps)
            throw new InvalidDataException($"{Config.ClassName} without skip_prk_steps needs more than {WarmUpSteps} steps, but got {count}.");
        // Each warm-up interval is evaluated at its start, twice at its middle, and at its end.
        var half = Config.NumTrainTimesteps / count / 2;
        var warmUp = new List<double>();
        for (var i = 0; i < WarmUpSteps; i++) warmUp.AddRange([grid[i], grid[i + 1] + half, grid[i + 1] + half, grid[i + 1]]);
        rungeKuttaCalls = warmUp.Count;
        return [.. warmUp, .. grid[WarmUpSteps..]];
    }

    /// <inheritdoc/>
    protected override int IndexAfter(int skipped)
    {
        if (Config.SkipPrkSteps) return skipped == 0 ? 0 : skipped + 1;
        return skipped < WarmUpSteps ? 4 * skipped : rungeKuttaCalls + skipped - WarmUpSteps;
    }

    /// <inheritdoc/>
    protected override SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise)
    {
        var x0 = PredictX0(modelOutput, sample, AlphaBar(stepIndex));
        return new(stepIndex < rungeKuttaCalls ? RungeKutta(modelOutput, stepIndex, sample) : Multistep(modelOutput, stepIndex, sample), x0);
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        foreach (var estimate in estimates) estimate.Dispose();
        estimates.Clear();
        Replace(ref rungeKuttaSum, null);
        Replace(ref anchor, null);
    }

    private Tensor RungeKutta(Tensor output, int stepIndex, Tensor sample)
    {
        var stage = stepIndex % 4;
        if (stage == 0)
        {
            Push(output);
            Replace(ref anchor, Remember(sample));
        }
        else if (anchor is null)
        {
            throw new InvalidOperationException($"{Config.ClassName}: a run can start inside the Runge-Kutta steps only at step 0, 4 or 8.");
        }
        var weighted = output / (stage is 0 or 3 ? 6 : 3);
        var sum = rungeKuttaSum is null ? weighted : rungeKuttaSum + weighted;
        Replace(ref rungeKuttaSum, stage == 3 ? null : Remember(sum));
        // Stages 0 and 2 look half an interval ahead; 1 and 3 have that in their timestep already.
        var ahead = stage is 0 or 2 ? Interval / 2 : 0;
        return Transfer(anchor!, (int)Timesteps[stepIndex - stage], (int)Timesteps[stepIndex] - ahead, stage == 3 ? sum : output);
    }

    private Tensor Multistep(Tensor output, int stepIndex, Tensor sample)
    {
        var time = (int)Timesteps[stepIndex];
        if (Config.SkipPrkSteps && stepIndex == 1)
        {
            // The second look at the first interval; a run that starts here has nothing to correct yet and stays where it is.
            return anchor is null ? sample.alias() : Transfer(anchor, time + Interval, time, (output + estimates[^1]) / 2);
        }
        Push(output);
        if (stepIndex == 0) Replace(ref anchor, Remember(sample));
        var e = estimates;
        var blend = e.Count switch
        {
            1 => e[^1],
            2 => (3 * e[^1] - e[^2]) / 2,
            3 => (23 * e[^1] - 16 * e[^2] + 5 * e[^3]) / 12,
            _ => (55 * e[^1] - 59 * e[^2] + 37 * e[^3] - 9 * e[^4]) / 24,
        };
        return Transfer(sample, time, time - Interval, blend);
    }

    /// <summary>Equation 9: moves a sample from one timestep to another along an estimate.</summary>
    private Tensor Transfer(Tensor sample, int from, int to, Tensor output)
    {
        var at = Schedule.AlphasCumprod[from];
        var target = to >= 0 ? Schedule.AlphasCumprod[to] : Config.SetAlphaToOne ? 1 : Schedule.AlphasCumprod[0];
        var eps = PredictNoise(output, sample, at);
        var scale = at * Math.Sqrt(1 - target) + Math.Sqrt(at * (1 - at) * target);
        return Math.Sqrt(target / at) * sample - (target - at) / scale * eps;
    }

    private void Push(Tensor output)
    {
        if (estimates.Count == 4)
        {
            estimates[0].Dispose();
            estimates.RemoveAt(0);
        }
        estimates.Add(Remember(output));
    }

    private static void Replace(ref Tensor? slot, Tensor? value)
    {
        slot?.Dispose();
        slot = value;
    }
}
