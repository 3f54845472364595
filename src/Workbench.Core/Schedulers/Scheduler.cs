using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>What every scheduler shares: the checks around a step, 32-bit arithmetic, and the memory of multistep algorithms.</summary>
public abstract class Scheduler : IScheduler
{
    private double[] timesteps = [];
    private int lastStep = -1;

    /// <summary>Builds the training-time schedule of <paramref name="config"/>.</summary>
    protected Scheduler(SchedulerConfig config, StepOptions? options)
    {
        Config = config.Validate();
        Options = options ?? new StepOptions();
        Schedule = new NoiseSchedule(config);
    }

    /// <inheritdoc/>
    public SchedulerConfig Config { get; }

    /// <summary>The choices that are not part of the configuration file.</summary>
    public StepOptions Options { get; }

    /// <inheritdoc/>
    public NoiseSchedule Schedule { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Timesteps => timesteps;

    /// <summary>The number of steps asked for; 0 before <see cref="SetTimesteps"/>.</summary>
    public int NumInferenceSteps { get; private set; }

    /// <inheritdoc/>
    public virtual double InitNoiseSigma => 1;

    /// <inheritdoc/>
    public virtual bool NeedsNoise => false;

    /// <summary>Whether a step uses the outputs of earlier steps, so that steps must come in order.</summary>
    protected virtual bool IsMultistep => false;

    /// <summary>Most steps that a run can have.</summary>
    protected virtual int MaxInferenceSteps => Config.NumTrainTimesteps;

    /// <inheritdoc/>
    public void SetTimesteps(int numInferenceSteps)
    {
        if (numInferenceSteps < 1 || numInferenceSteps > MaxInferenceSteps)
            throw new ArgumentOutOfRangeException(nameof(numInferenceSteps), numInferenceSteps,
                $"{Config.ClassName} has {Config.NumTrainTimesteps} training timesteps and takes 1 to {MaxInferenceSteps} inference steps here.");
        NumInferenceSteps = numInferenceSteps;
        timesteps = Plan(numInferenceSteps);
        Restart();
    }

    /// <inheritdoc/>
    public int StartIndex(int skipped)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skipped);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(skipped, NumInferenceSteps);
        return IndexAfter(skipped);
    }

    /// <inheritdoc/>
    public abstract double AlphaBar(int stepIndex);

    /// <inheritdoc/>
    public virtual Tensor ScaleModelInput(Tensor sample, int stepIndex) => sample.alias();

    /// <inheritdoc/>
    public SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null)
    {
        CheckIndex(stepIndex);
        if (IsMultistep && lastStep >= 0 && stepIndex != lastStep + 1)
            throw new InvalidOperationException(
                $"{Config.ClassName} takes its steps in order: expected step {lastStep + 1}, but got {stepIndex}. Call SetTimesteps to start again.");
        if (NeedsNoise && noise is null)
            throw new ArgumentNullException(nameof(noise), $"{Config.ClassName} is stochastic here: pass standard normal noise of the sample's shape.");
        lastStep = stepIndex;
        var wide = sample.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var step = Advance(modelOutput.to(wide), stepIndex, sample.to(wide), noise?.to(wide, sample.device));
        if (stepIndex == timesteps.Length - 1) Restart();
        return wide == sample.dtype ? step : new SchedulerStep(step.PrevSample.to(sample.dtype), step.PredX0.to(sample.dtype));
    }

    /// <inheritdoc/>
    public abstract Tensor AddNoise(Tensor x0, Tensor noise, int stepIndex);

    /// <summary>Picks the timesteps of a run of <paramref name="count"/> steps.</summary>
    protected abstract double[] Plan(int count);

    /// <summary>The published update, on float32 or float64 tensors of one shape.</summary>
    protected abstract SchedulerStep Advance(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise);

    /// <summary>The index of the step that begins where <paramref name="skipped"/> inference steps would end.</summary>
    protected virtual int IndexAfter(int skipped) => skipped;

    /// <summary>Forgets what earlier steps left behind.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>Refuses an index outside the current run.</summary>
    protected void CheckIndex(int stepIndex)
    {
        if (timesteps.Length == 0) throw new InvalidOperationException($"{Config.ClassName}: call SetTimesteps before the first step.");
        if (stepIndex < 0 || stepIndex >= timesteps.Length)
            throw new ArgumentOutOfRangeException(nameof(stepIndex), stepIndex, $"The run has steps 0 … {timesteps.Length - 1}.");
    }

    /// <summary>A copy that outlives the caller's dispose scope; whoever keeps it disposes it.</summary>
    protected static Tensor Remember(Tensor tensor) => tensor.clone().DetachFromDisposeScope();

    private void Restart()
    {
        lastStep = -1;
        Forget();
    }
}
