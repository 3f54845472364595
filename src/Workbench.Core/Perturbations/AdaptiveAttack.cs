using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// A perturbation that knows the purifier: any method, attacking through any purifier or chain (arXiv 2406.18944, section 5.3). Gradients follow
/// <see cref="GradientPath"/>; a purifier's randomness is averaged over (expectation over transformation).
/// </summary>
/// <remarks>The paper's own attack is AdvDM through its purifier, without the decoupling: see <see cref="Paper"/>.</remarks>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed class AdaptiveAttack : IPerturbation
{
    /// <summary>Runs of a random purifier that are averaged a step unless told otherwise.</summary>
    public const int DefaultSamples = 4;

    /// <summary>Raised when attacking through a purifier comes to mean something else, so that pictures made before are not taken for ours. 2: surrogates train on purified pictures; CodeFormer's codes pass the gradient on.</summary>
    internal const int Revision = 2;

    private readonly IPerturbation inner;
    private readonly IPurifier purifier;
    private readonly int samples;

    /// <summary>Lets <paramref name="inner"/> look through <paramref name="purifier"/>.</summary>
    /// <param name="inner">The method; its losses see purified pictures.</param>
    /// <param name="purifier">What the trainer will do to the pictures; stays the caller's.</param>
    /// <param name="samples">Runs of the purifier that are averaged a step; one suffices where it draws nothing.</param>
    public AdaptiveAttack(IPerturbation inner, IPurifier purifier, int samples = DefaultSamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        (this.inner, this.purifier, this.samples) = (inner, purifier, samples);
    }

    /// <inheritdoc/>
    public string Name => $"{inner.Name}-through-{purifier.Name}";

    /// <inheritdoc/>
    public LinfBudget Budget => inner.Budget;

    /// <inheritdoc/>
    public object Settings => new { Method = inner.Name, MethodSettings = inner.Settings, Purifier = purifier.Name, Samples = samples, Revision };

    /// <summary>The paper's adaptive attack: AdvDM at 16/255, six steps, guided prediction, averaged over four runs of the purifier.</summary>
    public static AdaptiveAttack Paper(IPurifier purifier) => new(new AdvDm(AdvDmOptions.Adaptive), purifier);

    /// <summary>The purifier as a transform of signed pixels; every call draws its own seed.</summary>
    public static Func<Tensor, RandomStream, Tensor> Through(IPurifier purifier, CancellationToken cancellationToken = default) => (pixels, draws) =>
        GradientPath.Through(purifier, (pixels + 1) / 2, new Seed((ulong)draws.Integer(0, long.MaxValue)), cancellationToken) * 2 - 1;

    /// <inheritdoc/>
    public ImageBatch Protect(
        ImageBatch images, PerturbationContext context, Seed seed,
        IProgress<PerturbationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        inner.Protect(images, context with
        {
            Transform = RandomTransforms.Then(Through(purifier, cancellationToken), context.Transform),
            Samples = samples * context.Samples,
        }, seed, progress, cancellationToken);
}
