using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>What the methods with a DreamBooth surrogate share: an ensemble of attacked models, and the seams of the attack.</summary>
/// <param name="name">Short name, as tables and the command line use it.</param>
/// <param name="settings">The settings.</param>
public abstract class SurrogatePerturbation(string name, IPerturbationOptions settings) : Perturbation(name, settings)
{
    /// <summary>The seams of the attack on a surrogate; called once a run and model, before the first surrogate is trained.</summary>
    /// <param name="original">The pictures to protect.</param>
    /// <param name="context">The attacked model and its surroundings.</param>
    /// <param name="seed">Of draws that this needs.</param>
    /// <param name="progress">Hears of steps.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    protected virtual SurrogateAttack Rules(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken) => new();

    /// <summary>The contexts of an ensemble: the context's own model and its further ones, each once; where there are none, the own one as often as wanted, for other seeds.</summary>
    /// <param name="context">Model and ensemble.</param>
    /// <param name="count">Members wanted; 1: the own model alone.</param>
    protected static IReadOnlyList<PerturbationContext> Members(PerturbationContext context, int count) => count > 1 && context.Ensemble.Count > 0
        ? [context, .. context.Ensemble.Select(model => context with { Pipeline = model })]
        : [.. Enumerable.Repeat(context, count)];

    /// <summary>The seed of a member; the first one's is <paramref name="seed"/> itself, so that an ensemble of one equals the plain method.</summary>
    protected static Seed MemberSeed(Seed seed, int member) => member == 0 ? seed : seed.For("member").For(member);

    /// <summary>Mean of the members' pictures: the ball is convex, so it lies within.</summary>
    protected static Tensor Mean(IReadOnlyList<Tensor> pictures) =>
        pictures.Count == 1 ? pictures[0].alias() : TensorScope.Inference(() => stack(pictures, 0).mean([0]));
}
