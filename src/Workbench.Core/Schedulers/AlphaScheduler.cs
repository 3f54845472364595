using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Schedulers that walk over whole training timesteps and read ᾱ from the training table.</summary>
public abstract class AlphaScheduler : Scheduler
{
    /// <summary>Builds the training-time schedule of <paramref name="config"/>.</summary>
    protected AlphaScheduler(SchedulerConfig config, StepOptions? options) : base(config, options)
    {
    }

    /// <inheritdoc/>
    public override double AlphaBar(int stepIndex)
    {
        CheckIndex(stepIndex);
        return Schedule.AlphasCumprod[(int)Timesteps[stepIndex]];
    }

    /// <inheritdoc/>
    public override Tensor AddNoise(Tensor x0, Tensor noise, int stepIndex)
    {
        CheckIndex(stepIndex);
        return Schedule.AddNoise(x0, noise, tensor([(long)Timesteps[stepIndex]]));
    }

    /// <inheritdoc/>
    protected override double[] Plan(int count)
    {
        var plan = TimestepGrid.Whole(Config, count);
        var last = Config.NumTrainTimesteps - 1;
        return plan[0] <= last ? plan
            : throw new InvalidDataException($"{Config.ClassName}: steps_offset {Config.StepsOffset} leads beyond the last timestep {last}: ask for fewer than {count} steps.");
    }

    /// <summary>The clean sample that a network output implies at a given ᾱ.</summary>
    protected Tensor PredictX0(Tensor modelOutput, Tensor sample, double alphaBar) =>
        Prediction.X0(Config.PredictionType, modelOutput, sample, Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));

    /// <summary>The noise that a network output implies at a given ᾱ.</summary>
    protected Tensor PredictNoise(Tensor modelOutput, Tensor sample, double alphaBar) =>
        Prediction.Noise(Config.PredictionType, modelOutput, sample, Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));
}
