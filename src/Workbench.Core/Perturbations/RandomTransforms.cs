using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Puts random differentiable transforms together.</summary>
public static class RandomTransforms
{
    /// <summary><paramref name="first"/>, then <paramref name="second"/>; a missing one changes nothing.</summary>
    public static Func<Tensor, RandomStream, Tensor>? Then(Func<Tensor, RandomStream, Tensor>? first, Func<Tensor, RandomStream, Tensor>? second) =>
        first is null ? second : second is null ? first : (pixels, draws) => second(first(pixels, draws), draws);

    /// <summary>Mirrors the whole batch half of the time.</summary>
    public static Tensor HorizontalFlip(Tensor pixels, RandomStream draws) => draws.Integer(0, 2) == 0 ? pixels : pixels.flip(3);
}
