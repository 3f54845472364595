using TorchSharp;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>What Mist works on. Names and numbers as in its code; its README has the first two the other way round.</summary>
public enum MistMode
{
    /// <summary>Mode 0: raises the diffusion loss.</summary>
    Semantic,

    /// <summary>Mode 1: pulls the latents to the target's.</summary>
    Textural,

    /// <summary>Mode 2: both.</summary>
    Fused,
}

/// <summary>
/// Mist (Liang and Wu 2023): lowers J(x) = ‖z(x) - z(target)‖² - w·L(x), where L is the diffusion training loss and z a posterior sample.
/// </summary>
/// <remarks>The published target picture is not ours to ship: give your own in <see cref="PerturbationContext.Target"/>, else it is <see cref="TargetPattern"/>.</remarks>
/// <param name="options">The settings.</param>
public sealed class Mist(MistOptions options) : Perturbation(options.Mode == MistMode.Fused ? "mist" : $"mist-{options.Mode.ToString().ToLowerInvariant()}", options)
{
    private readonly MistOptions options = options;

    /// <inheritdoc/>
    protected override bool TruncatesExport => options.CompatTruncateExport;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var objective = context.Objective();
        var target = context.TargetLatents(original);
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps) with { Direction = AttackDirection.Descend, RandomStart = true };
        return ascent.Run(original, original, (pixels, draws) => Loss(objective, target, pixels, draws), seed, progress, cancellationToken);
    }

    /// <summary>J of all pictures, summed; in textural mode the UNet is not called.</summary>
    private Tensor Loss(DiffusionObjective objective, Tensor target, Tensor pixels, RandomStream draws)
    {
        var drawn = objective.Draw(pixels, draws);
        if (options.Mode == MistMode.Textural)
        {
            return (ScaledLatents.Of(objective.Vae.Config, objective.Vae.Encode(pixels).Sample(drawn.PosteriorNoise)) - target).pow(2).sum();
        }
        var terms = objective.Terms(pixels, drawn);
        if (options.Mode == MistMode.Semantic) return -terms.PerImage.sum();
        // A weight a latent element, so that the balance of the two terms does not depend on the picture size.
        var weight = options.SemanticWeight * (terms.Latents.numel() / terms.Latents.shape[0]);
        return (terms.Latents - target).pow(2).sum() - weight * terms.PerImage.sum();
    }
}

/// <summary>Settings of <see cref="Mist"/>.</summary>
public sealed record MistOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255 (Mist's default is 16/255).</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Which terms.</summary>
    public MistMode Mode { get; init; } = MistMode.Fused;

    /// <summary>Weight of the diffusion loss for each latent element: the reference's 10⁴ over the 4·64·64 elements of a 512-pixel picture.</summary>
    public double SemanticWeight { get; init; } = 1e4 / (4 * 64 * 64);

    /// <summary>As released: the export cuts decimals off.</summary>
    public bool CompatTruncateExport { get; init; }

    /// <summary>The paper's budget with the numbers of Mist v1.2.</summary>
    public static MistOptions Paper { get; } = new();

    /// <summary>The mini world needs no other numbers.</summary>
    public static MistOptions MiniWorld { get; } = new();

    /// <summary>Seconds on a CPU.</summary>
    public static MistOptions Smoke { get; } = new() { Steps = 4 };

    /// <summary>These settings with another budget; the step size stays one level unless the budget is smaller.</summary>
    public MistOptions WithBudget(LinfBudget budget) => this with { Budget = budget, StepSize = LinfBudget.Of255(Math.Min(StepSize.Levels, budget.Levels)) };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
