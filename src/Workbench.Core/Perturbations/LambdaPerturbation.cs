using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Makes a method's loss from the pictures to protect and from what the protector knows.</summary>
/// <param name="original">[N, 3, H, W] in [-1,1].</param>
/// <param name="context">Models and prompts; their parameters take no gradient meanwhile.</param>
public delegate PixelObjective ObjectiveFactory(Tensor original, PerturbationContext context);

/// <summary>A perturbation of one's own: a loss over pixels, and the numbers of the projected-gradient template.</summary>
/// <example><code>
/// new LambdaPerturbation("mine", LinfBudget.Of255(11), 40, (original, context) =>
///     (pixels, draws) => context.Pipeline.Vae.Encode(pixels).Mean.square().mean());
/// </code></example>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed class LambdaPerturbation : Perturbation
{
    private readonly ObjectiveFactory objective;
    private readonly Func<ProjectedGradient, ProjectedGradient> adjust;
    private readonly int steps;

    /// <summary>A method by its loss.</summary>
    /// <param name="name">Short name for tables.</param>
    /// <param name="budget">The bound.</param>
    /// <param name="steps">Gradient steps; the step size is 2.5 times the bound over the steps.</param>
    /// <param name="objective">The loss; climbed unless <paramref name="adjust"/> says otherwise.</param>
    /// <param name="adjust">Changes the template: direction, step size, random start, transform, …</param>
    public LambdaPerturbation(string name, LinfBudget budget, int steps, ObjectiveFactory objective, Func<ProjectedGradient, ProjectedGradient>? adjust = null)
        : base(name, new Options(budget, steps))
    {
        (this.steps, this.objective) = (steps, objective);
        this.adjust = adjust ?? (template => template);
    }

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var template = adjust(context.Ascent(Budget, LinfBudget.Of255(Math.Min(255, 2.5 * Budget.Levels / steps)), steps));
        return template.Run(original, original, objective(original, context), seed, progress, cancellationToken);
    }

    private sealed record Options(LinfBudget Budget, int Steps) : IPerturbationOptions
    {
        public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
    }
}
