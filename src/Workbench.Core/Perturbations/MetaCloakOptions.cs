using System.Text.Json.Serialization;
using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Settings of <see cref="MetaCloak"/>.</summary>
public sealed record MetaCloakOptions : IPerturbationOptions
{
    /// <summary>The bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; a tenth of the bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1.1);

    /// <summary>Visits of the whole pool.</summary>
    public int Trails { get; init; } = 4;

    /// <summary>Training steps of the pool.</summary>
    public int PoolSteps { get; init; } = 1000;

    /// <summary>A checkpoint every so many steps, and one before the first.</summary>
    public int Interval { get; init; } = 200;

    /// <summary>Rounds at a checkpoint; the reference's interval over its 2 training steps a round.</summary>
    public int Rounds { get; init; } = 100;

    /// <summary>Projected gradient steps a round.</summary>
    public int PgdSteps { get; init; } = 6;

    /// <summary>Training steps on the perturbed pictures a round.</summary>
    public int TrainSteps { get; init; } = 2;

    /// <summary>Blur and flips before the loss.</summary>
    public BlurAndFlip Blur { get; init; } = new();

    /// <summary>How surrogates are trained; prompts come from the context.</summary>
    public DreamBoothConfig Surrogate { get; init; } = DreamBoothConfig.Paper;

    /// <summary>Departures of the reference code in the surrogates.</summary>
    public SurrogateCompat Compat { get; init; } = SurrogateCompat.Off;

    /// <summary>As released: surrogates are trained on pictures in 0 … 255 instead of [-1,1].</summary>
    public bool CompatUnnormalisedSurrogate { get; init; }

    /// <summary>As released: the export cuts decimals off, which darkens by half a level.</summary>
    public bool CompatTruncateExport { get; init; }

    /// <summary>Training steps behind each checkpoint: 0, 199, 399, 599, 799, 999 at the paper's settings.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> CheckpointSteps => [0, .. Enumerable.Range(1, PoolSteps / Interval).Select(i => i * Interval - 1)];

    /// <summary>Projected gradient steps in all; 14,400 at the paper's settings.</summary>
    public int TotalPgdSteps => Visits().Count() * PgdSteps;

    /// <summary>Surrogate training steps in all.</summary>
    public int TotalTrainSteps => CheckpointSteps[^1] + Visits().Count() * TrainSteps;

    /// <summary>The transform that <see cref="Blur"/> describes.</summary>
    [JsonIgnore]
    public Func<Tensor, RandomStream, Tensor> Transform => Blur.Apply;

    /// <summary>The published settings.</summary>
    public static MetaCloakOptions Paper { get; } = new();

    /// <summary>
    /// The mini world: six checkpoints of one DreamBooth run there, one trail, 5 rounds (180 gradient steps), and the blur scaled by the picture
    /// size: 64 pixels blurred by 2 show nothing.
    /// </summary>
    public static MetaCloakOptions MiniWorld { get; } = new()
    {
        Trails = 1, PoolSteps = 120, Interval = 24, Rounds = 5, Blur = new BlurAndFlip { KernelSize = 3, HighestSigma = 0.8 },
        Surrogate = DreamBoothConfig.MiniWorld with { TrainBatchSize = 2 },
    };

    /// <summary>Seconds on a CPU.</summary>
    public static MetaCloakOptions Smoke { get; } = MiniWorld with { PoolSteps = 4, Interval = 2, Rounds = 1, Surrogate = DreamBoothConfig.Smoke };

    /// <summary>Every perturb-and-train round of the run, in order; 2,400 at the paper's settings.</summary>
    public IEnumerable<MetaCloakVisit> Visits() =>
        from trail in Enumerable.Range(0, Trails)
        from checkpoint in Enumerable.Range(0, CheckpointSteps.Count)
        from round in Enumerable.Range(0, Rounds)
        select new MetaCloakVisit((trail * CheckpointSteps.Count + checkpoint) * Rounds + round, checkpoint, round);

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public MetaCloakOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Trails, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PoolSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Interval, PoolSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Rounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PgdSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TrainSteps);
        Surrogate.Validate();
        Blur.Validate();
    }
}

/// <summary>One round of <see cref="MetaCloak"/>.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Checkpoint">Which checkpoint of the pool it belongs to.</param>
/// <param name="Round">Round at this checkpoint; at 0 the checkpoint is loaded.</param>
public readonly record struct MetaCloakVisit(int Number, int Checkpoint, int Round);
