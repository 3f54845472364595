using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// AdvDM (Liang et al. 2023): the pictures climb the training loss of the pretrained model itself, without a surrogate. Descending the same
/// loss is the variant AdvDM(-).
/// </summary>
/// <param name="options">The settings.</param>
public sealed class AdvDm(AdvDmOptions options)
    : Perturbation(options.Direction == AttackDirection.Descend ? "advdm-minus" : options.GuidanceScale == 1 ? "advdm" : "advdm-guided", options)
{
    private readonly AdvDmOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var objective = context.Objective();
        if (options.GuidanceScale != 1)
            objective = objective with { GuidanceScale = options.GuidanceScale, NegativeStates = TensorScope.Inference(() => pipeline.EncodePrompt([""])) };
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps) with { Direction = options.Direction, RandomStart = true };
        return ascent.Run(original, original, objective.Evaluate, seed, progress, cancellationToken);
    }
}

/// <summary>Settings of <see cref="AdvDm"/>.</summary>
public sealed record AdvDmOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255 (Diff-Protect's default is 16/255).</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1);

    private const int AdaptiveSteps = 6;

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Up for AdvDM, down for AdvDM(-).</summary>
    public AttackDirection Direction { get; init; } = AttackDirection.Ascend;

    /// <summary>1 attacks the plain prediction; else the guided one of sampling, with an empty negative prompt.</summary>
    public double GuidanceScale { get; init; } = 1;

    /// <summary>The paper's budget with Diff-Protect's numbers.</summary>
    public static AdvDmOptions Paper { get; } = new();

    /// <summary>The mini world needs no other numbers.</summary>
    public static AdvDmOptions MiniWorld { get; } = new();

    /// <summary>
    /// The paper's adaptive attack: 16/255, six steps, the guided prediction. Its step size is not published; 2.5 times the bound over the steps
    /// lets every pixel cross the ball.
    /// </summary>
    public static AdvDmOptions Adaptive { get; } = AdaptiveAt(LinfBudget.Of255(16));

    /// <summary><see cref="Adaptive"/> at another bound: its step follows the bound.</summary>
    public static AdvDmOptions AdaptiveAt(LinfBudget budget) =>
        new() { Budget = budget, Steps = AdaptiveSteps, StepSize = LinfBudget.Of255(2.5 * budget.Levels / AdaptiveSteps), GuidanceScale = 7.5 };

    /// <summary>Seconds on a CPU.</summary>
    public static AdvDmOptions Smoke { get; } = new() { Steps = 4 };

    /// <summary>These settings with another budget; the step size stays one level unless the budget is smaller.</summary>
    public AdvDmOptions WithBudget(LinfBudget budget) =>
        this with { Budget = budget, StepSize = LinfBudget.Of255(Math.Min(StepSize.Levels, budget.Levels)) };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
