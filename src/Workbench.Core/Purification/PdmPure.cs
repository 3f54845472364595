using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>PDM-Pure in style: a short walk of a pixel-space diffusion model at low resolution, then an upscaler.</summary>
/// <remarks>
/// Xue and Chen 2024, "Pixel Is a Barrier: Diffusion Models Are More Adversarially Robust Than We Think". The authors' model is
/// DeepFloyd IF with a prompt; here any unconditional <see cref="GuidedDiffusionUNet"/> and any upscaling purifier. The upscaler is given the walk's
/// picture at the photo's size, where the authors enlarge the walk's own 256².
/// </remarks>
public sealed class PdmPure : IPurifier
{
    private readonly Walk walk;
    private readonly IPurifier upscaler;

    /// <summary>Makes the purifier.</summary>
    /// <param name="network">The pixel-space diffusion model; stays the caller's.</param>
    /// <param name="upscaler">What follows, for example a <see cref="SuperResolutionPurifier"/>.</param>
    /// <param name="options">Defaults to <see cref="PdmPureOptions.Paper"/>.</param>
    public PdmPure(GuidedDiffusionUNet network, IPurifier upscaler, PdmPureOptions? options = null)
    {
        options ??= PdmPureOptions.Paper;
        options.Validate();
        this.upscaler = upscaler;
        walk = new Walk(new PixelChain(network, PixelChainOptions.Default, GuidedDiffusion.For(network.Config, options.Sections)), options.Timestep);
    }

    /// <inheritdoc/>
    public string Name => "pdmpure";

    /// <summary>The timestep in use.</summary>
    public int Timestep => walk.Timestep;

    /// <inheritdoc/>
    public ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var walked = walk.Purify(images, seed.For("walk"), null, cancellationToken);
        return upscaler.Purify(walked, seed.For("upscaling"), progress, cancellationToken);
    }

    private sealed class Walk(PixelChain chain, int timestep) : BatchPurifier
    {
        private readonly int index = Enumerable.Range(0, chain.Chain.Steps).MinBy(i => Math.Abs(chain.Chain.OriginalTimestep(i) - timestep));

        public int Timestep => chain.Chain.OriginalTimestep(index);

        public override string Name => "pdmpure";

        protected override int BatchSize => 1;

        protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
        {
            var (height, width, side) = ((int)pixels.size(2), (int)pixels.size(3), chain.ModelSide);
            return Resized(chain.Purify(Resized(pixels, side, side), index, seeds, cancellationToken).clamp(0, 1), width, height);
        }

        private static Tensor Resized(Tensor pixels, int width, int height) => pixels.size(3) == width && pixels.size(2) == height ? pixels
            : EachImage(pixels, image => image.Resize(width, height, Resampling.Bicubic));
    }
}
