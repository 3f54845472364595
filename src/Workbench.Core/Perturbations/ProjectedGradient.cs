using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>A loss over pixels that a projected-gradient attack climbs or descends.</summary>
/// <param name="pixels">[N, 3, H, W] in [-1,1]; the gradient is taken with respect to them.</param>
/// <param name="draws">Randomness of this step: timesteps, noise, posterior samples.</param>
/// <returns>A scalar.</returns>
public delegate Tensor PixelObjective(Tensor pixels, RandomStream draws);

/// <summary>Whether an attack climbs its loss or descends it.</summary>
public enum AttackDirection
{
    /// <summary>x ← x + α·sign g.</summary>
    Ascend,

    /// <summary>x ← x - α·sign g.</summary>
    Descend,
}

/// <summary>
/// Projected gradient steps within an ℓ∞ ball (Madry et al. 2018): the one loop that every perturbation of this family fills in.
/// After each step the pixels are put back into the ball around the original and into [-1,1].
/// </summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed record ProjectedGradient
{
    /// <summary>Radius of the ball.</summary>
    public required LinfBudget Budget { get; init; }

    /// <summary>Step size α of the first step.</summary>
    public required LinfBudget StepSize { get; init; }

    /// <summary>Number of steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The step size falls linearly to this fraction of <see cref="StepSize"/>; 1 = constant.</summary>
    public double FinalStepFraction { get; init; } = 1;

    /// <summary>Up or down.</summary>
    public AttackDirection Direction { get; init; } = AttackDirection.Ascend;

    /// <summary>Starts at a uniform random point of the ball (then clipped to the pixel range) instead of where it is told to.</summary>
    public bool RandomStart { get; init; }

    /// <summary>Turns the gradient [N, 3, H, W] into the direction of a step; default: its sign.</summary>
    public Func<Tensor, Tensor> Normalize { get; init; } = gradient => gradient.sign();

    /// <summary>A random differentiable transform before the loss (expectation over transformation); null = none.</summary>
    public Func<Tensor, RandomStream, Tensor>? Transform { get; init; }

    /// <summary>Draws of transform and loss whose gradients are averaged a step.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Every step uses the first step's draws, so that losses can be compared.</summary>
    public bool RepeatDraws { get; init; }

    /// <summary>Where pixels may change, [1 or N, 1, H, W] of zeros and ones; null = everywhere.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>Learns from the steps' gradients; null = nobody.</summary>
    public IGradientCompanion? Companion { get; init; }

    /// <summary>Runs the steps.</summary>
    /// <param name="original">The centre of the ball, [N, 3, H, W] float32 in [-1,1].</param>
    /// <param name="start">Where to begin, same shape; normally <paramref name="original"/>.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="seed">Of the random start and of every step's draws.</param>
    /// <param name="progress">Reports the loss of each step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The perturbed pixels: within the ball and in [-1,1].</returns>
    public Tensor Run(
        Tensor original, Tensor start, PixelObjective objective, Seed seed,
        IProgress<PerturbationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var current = TensorScope.Inference(() => Begin(original, start, seed.For("start")));
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (next, loss) = Advance(original, current, objective, seed.For("step").For(RepeatDraws ? 0 : step), step);
                current.Dispose();
                current = next;
                progress?.Report(new PerturbationProgress("perturb", step + 1, Steps, loss));
            }
            catch
            {
                current.Dispose();
                throw;
            }
        }
        return current;
    }

    /// <summary>Puts <paramref name="pixels"/> back into the ball around <paramref name="original"/>, into the mask and into [-1,1].</summary>
    public Tensor Project(Tensor original, Tensor pixels)
    {
        var change = (pixels - original).clamp(-Budget.Signed, Budget.Signed);
        return (original + (Mask is null ? change : change * Mask.to(change.device))).clamp(-1, 1);
    }

    private Tensor Begin(Tensor original, Tensor start, Seed seed)
    {
        if (!RandomStart) return Project(original, start);
        using var draws = seed.Open();
        return Project(original, original + draws.Uniform(-Budget.Signed, Budget.Signed, original.shape).to(original.device));
    }

    private (Tensor Next, double Loss) Advance(Tensor original, Tensor current, PixelObjective objective, Seed seed, int step)
    {
        using var scope = NewDisposeScope();
        var pixels = current.detach().clone().requires_grad_();
        Tensor[] inputs = [pixels, .. Companion?.Parameters ?? []];
        using var draws = seed.Open();
        var (gradients, loss) = Differentiate(inputs, objective, draws);
        using var guard = no_grad();
        Companion?.Learn(gradients[1..]);
        var direction = Normalize(gradients[0]) * (Direction == AttackDirection.Ascend ? 1 : -1);
        var next = Project(original, pixels.detach() + StepAt(step).Signed * direction);
        return (next.MoveToOuterDisposeScope(), loss);
    }

    /// <summary>Gradients and loss, each the mean over <see cref="Samples"/> draws; one graph exists at a time.</summary>
    private (Tensor[] Gradients, double Loss) Differentiate(Tensor[] inputs, PixelObjective objective, RandomStream draws)
    {
        Tensor[]? sum = null;
        var total = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            using var scope = NewDisposeScope();
            var loss = objective(Transform is null ? inputs[0] : Transform(inputs[0], draws), draws);
            var gradients = autograd.grad([loss], inputs).ToArray();
            sum = sum is null ? gradients : [.. sum.Zip(gradients, (a, b) => a + b)];
            foreach (var gradient in sum) gradient.MoveToOuterDisposeScope();
            total += loss.item<float>();
        }
        return (Samples == 1 ? sum! : [.. sum!.Select(g => g / Samples)], total / Samples);
    }

    private LinfBudget StepAt(int step) =>
        Steps < 2 ? StepSize : StepSize * (1 + (FinalStepFraction - 1) * step / (Steps - 1));
}
