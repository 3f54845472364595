using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>How random noise fills its budget.</summary>
public enum RandomNoiseKind
{
    /// <summary>Every value uniform in ±budget.</summary>
    Uniform,

    /// <summary>Every value at +budget or -budget: the largest noise that the budget allows.</summary>
    Sign,
}

/// <summary>Noise that knows no model: the control beside which every protection must be shown (method notes §2.1).</summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class RandomNoise : Perturbation
{
    /// <summary>Noise of a kind within <paramref name="budget"/>.</summary>
    public RandomNoise(LinfBudget budget, RandomNoiseKind kind = RandomNoiseKind.Sign)
        : base(kind == RandomNoiseKind.Sign ? "random-sign" : "random-uniform", new Options(budget, kind)) => Kind = kind;

    /// <summary>How the budget is filled.</summary>
    public RandomNoiseKind Kind { get; }

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        using var draws = seed.For("noise").Open();
        var noise = draws.Uniform(-1, 1, original.shape);
        if (Kind == RandomNoiseKind.Sign) noise = where(noise >= 0, ones_like(noise), -ones_like(noise));
        return context.Ascent(Budget, Budget, 0).Project(original, original + Budget.Signed * noise.to(original.device));
    }

    private sealed record Options(LinfBudget Budget, RandomNoiseKind Kind) : IPerturbationOptions
    {
        public void Validate()
        {
        }
    }
}
