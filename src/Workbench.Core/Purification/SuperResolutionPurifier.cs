using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.SuperResolution;
using Workbench.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Shrinks every picture by an upscaler's factor and lets the upscaler enlarge it again.</summary>
/// <remarks>
/// The shrinking (PIL's bicubic, 8 bits) is what removes the perturbation; the upscaler restores detail from what it knows about
/// clean pictures. The compared code shrinks 512 to 128 and enlarges with a ×4 latent diffusion upscaler; here the upscaler is any
/// <see cref="SuperResolutionNetwork"/>. Sizes that the factor does not divide are enlarged slightly beyond and cut back.
/// </remarks>
/// <param name="upscaler">The network; stays the caller's.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class SuperResolutionPurifier(SuperResolutionNetwork upscaler) : BatchPurifier, IDifferentiablePurifier
{
    /// <inheritdoc/>
    public override string Name => "sr";

    /// <inheritdoc/>
    /// <remarks>Forwards exact; backwards the rounding of the shrunk picture to 8 bits is left out.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) => Enlarged(unit, (padded, small, tall) => GradientPath.EachImage(padded,
        image => image.Resize(small, tall, Resampling.Bicubic), soft: pixels => TensorResize.Resize(pixels, tall, small, Resampling.Bicubic))).to(unit.device);

    /// <inheritdoc/>
    protected override int BatchSizeOf(int height, int width) => PicturesAtOnce.Of(height, width, BatchSize);

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        Enlarged(pixels, (padded, small, tall) => EachImage(padded, image => image.Resize(small, tall, Resampling.Bicubic))).cpu();

    private Tensor Enlarged(Tensor pixels, Func<Tensor, int, int, Tensor> shrink)
    {
        var (height, width, factor) = ((int)pixels.size(2), (int)pixels.size(3), upscaler.Scale);
        var padded = EdgePadding.ToMultiple(pixels, factor);
        var shrunk = shrink(padded, (int)padded.size(3) / factor, (int)padded.size(2) / factor);
        var weight = upscaler.parameters().First();
        return EdgePadding.CutBack(upscaler.Upscale(shrunk.to(weight.dtype, weight.device)).to(pixels.dtype), height, width);
    }
}
