using TorchSharp;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Score distillation attack (Diff-Protect, Xue et al. 2024): AdvDM without a backward pass through the UNet. The residual ε̂ - ε itself is taken
/// for the gradient at the latents and carried through the encoder alone: half the memory. Descending, SDS(-), smooths the picture.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class Sds(SdsOptions options) : Perturbation((options.TargetWeight > 0 ? "sdst" : "sds") + (options.Direction == AttackDirection.Ascend ? "" : "-minus"), options)
{
    private readonly SdsOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var objective = context.Objective();
        var target = options.TargetWeight > 0 ? context.TargetLatents(original) : null;
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps) with { Direction = options.Direction };
        return ascent.Run(original, original, (pixels, draws) => Loss(objective, target, pixels, draws), seed, progress, cancellationToken);
    }

    /// <summary>
    /// Has the diffusion loss's value (with a target: the signed squared distance to it), and for its gradient the residual carried through the
    /// encoder.
    /// </summary>
    private Tensor Loss(DiffusionObjective objective, Tensor? target, Tensor pixels, RandomStream draws)
    {
        var drawn = objective.Draw(pixels, draws);
        var latents = ScaledLatents.Of(objective.Vae.Config, objective.Vae.Encode(pixels).Sample(drawn.PosteriorNoise));
        DiffusionTerms terms;
        using (no_grad()) terms = objective.TermsOf(latents.detach(), drawn);
        var residual = TensorScope.Inference(() => objective.Schedule.PredictNoise(terms.Prediction, terms.Noisy, drawn.Timesteps) - drawn.Noise);
        var carried = (residual * latents).sum();
        if (target is null) return carried + (terms.Loss - carried).detach();
        // SDST: the residual and the pull to the target; the sign keeps the target attractive in either direction.
        var pull = (options.Direction == AttackDirection.Ascend ? -1 : 1) * (latents - target).pow(2);
        carried = 5 * carried + options.TargetWeight * pull.sum();
        return carried + (pull.mean() - carried).detach();
    }
}

/// <summary>Settings of <see cref="Sds"/>.</summary>
public sealed record SdsOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255 (Diff-Protect's default is 16/255).</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Down is the published default, SDS(-).</summary>
    public AttackDirection Direction { get; init; } = AttackDirection.Descend;

    /// <summary>Weight of the squared distance to the target's latents (SDST); 0 = none.</summary>
    public double TargetWeight { get; init; }

    /// <summary>The paper's budget with Diff-Protect's numbers.</summary>
    public static SdsOptions Paper { get; } = new();

    /// <summary>The mini world needs no other numbers.</summary>
    public static SdsOptions MiniWorld { get; } = new();

    /// <summary>Seconds on a CPU.</summary>
    public static SdsOptions Smoke { get; } = new() { Steps = 4 };

    /// <summary>These settings with another budget; the step size stays one level unless the budget is smaller.</summary>
    public SdsOptions WithBudget(LinfBudget budget) => this with { Budget = budget, StepSize = LinfBudget.Of255(Math.Min(StepSize.Levels, budget.Levels)) };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
