using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Gradients through any purifier: its own where it has them, the identity's where it has none.</summary>
/// <remarks>
/// Athalye, Carlini and Wagner 2018, "Obfuscated Gradients Give a False Sense of Security": what is not differentiable is run forwards as it
/// is and backwards as something that resembles it (BPDA); the identity is the resemblance of last resort, and purifiers are near it by design.
/// </remarks>
public static class GradientPath
{
    /// <summary>Purifies with gradients.</summary>
    /// <param name="purifier">Any; chains are followed stage by stage.</param>
    /// <param name="unit"><c>[N, 3, H, W]</c> float32, pixels in [0,1].</param>
    /// <param name="seed">All randomness.</param>
    /// <param name="cancellationToken">Stops where the purifier can be stopped.</param>
    /// <returns>What the purifier returns for that seed, with a gradient.</returns>
    public static Tensor Through(IPurifier purifier, Tensor unit, Seed seed, CancellationToken cancellationToken = default) => purifier is IDifferentiablePurifier differentiable
        ? differentiable.PurifyDifferentiably(unit, seed, cancellationToken)
        : StraightThrough(unit, Purified(purifier, unit, seed, cancellationToken));

    /// <summary>The values of <paramref name="exact"/> with the gradient of <paramref name="soft"/>.</summary>
    /// <param name="soft">Any shape; the differentiable stand-in.</param>
    /// <param name="exact">Same shape; its own gradient is cut off.</param>
    public static Tensor StraightThrough(Tensor soft, Tensor exact) => soft + (exact - soft).detach();

    /// <summary>An 8-bit operation picture by picture, with the gradient of <paramref name="soft"/>.</summary>
    internal static Tensor EachImage(Tensor unit, Func<RgbImage, RgbImage> operation, Func<Tensor, Tensor> soft) =>
        StraightThrough(soft(unit), TensorScope.Inference(() =>
        {
            using var batch = ImageBatch.FromUnit(unit);
            using var result = ImageBatch.FromImages(batch.Images().Select(operation));
            return result.Unit.to(unit.device, copy: true);
        }));

    /// <summary>What a purifier returns, without a gradient, in memory of its own.</summary>
    internal static Tensor Purified(IPurifier purifier, Tensor unit, Seed seed, CancellationToken cancellationToken) => TensorScope.Inference(() =>
    {
        using var batch = ImageBatch.FromUnit(unit);
        using var result = purifier.Purify(batch, seed, null, cancellationToken);
        return result.Unit.to(unit.device, copy: true);
    });
}
