using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Takes the perturbation for Gaussian noise of its size and denoises from the timestep that has as much.</summary>
/// <remarks>
/// Carlini et al. 2023, "(Certified!!) Adversarial Robustness for Free!" (diffusion denoised smoothing), with all steps down. The picture
/// is resized to the network's size and back (bicubic), which at 512 pixels blurs more than the diffusion does.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class DdsPure : BatchPurifier
{
    private readonly DdsPureOptions options;
    private readonly PixelChain chain;

    /// <summary>Makes the purifier.</summary>
    /// <param name="network">The pixel-space diffusion model; stays the caller's.</param>
    /// <param name="options">Defaults to <see cref="DdsPureOptions.Paper"/>.</param>
    public DdsPure(GuidedDiffusionUNet network, DdsPureOptions? options = null)
    {
        this.options = options ?? DdsPureOptions.Paper;
        this.options.Validate();
        chain = new PixelChain(network, this.options.Chain);
        var steps = this.options.StepsFor(GuidedDiffusion.For(network.Config));
        // t* counts noising steps, so that its state has index t* - 1; the compared code uses it as an index, of a respaced chain.
        Index = this.options.Chain.CompatRespaced250 ? steps : steps - 1;
        chain.Require("DDSPure", Index);
    }

    /// <summary>Index in the chain to which pictures are noised.</summary>
    public int Index { get; }

    /// <inheritdoc/>
    public override string Name => "ddspure";

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        var (height, width, side) = ((int)pixels.size(2), (int)pixels.size(3), chain.ModelSide);
        var x = Resized(pixels, side, side);
        for (var i = 0; i < options.Iterations; i++)
        {
            var (before, seed) = (x, seeds[0].For(i));
            x = TensorScope.Run(() => chain.Purify(before, Index, [seed], cancellationToken).clamp(0, 1));
        }
        return Resized(x, width, height);
    }

    private static Tensor Resized(Tensor pixels, int width, int height) => pixels.size(3) == width && pixels.size(2) == height ? pixels
        : EachImage(pixels, image => image.Resize(width, height, Resampling.Bicubic));
}
