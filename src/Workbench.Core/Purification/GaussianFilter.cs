using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Blurs by a separable Gaussian kernel; borders are mirrored.</summary>
/// <remarks>
/// The compared code calls PIL's blur with radius 5, which is a standard deviation of 5 pixels approximated by box filters
/// (<see cref="GaussianFilterOptions.CompatPilBlur5"/>); by default the kernel is the true one, cut off at three standard deviations.
/// </remarks>
public sealed class GaussianFilter : BatchPurifier, IDifferentiablePurifier
{
    private readonly GaussianFilterOptions options;

    /// <summary>Makes the filter.</summary>
    public GaussianFilter(GaussianFilterOptions? options = null)
    {
        this.options = options ?? GaussianFilterOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "gau";

    /// <inheritdoc/>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) => options.CompatPilBlur5
        ? GradientPath.EachImage(unit, PilBlur, soft: Filtered)
        : Filtered(unit);

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        options.CompatPilBlur5 ? EachImage(pixels, PilBlur) : Filtered(pixels);

    private Tensor Filtered(Tensor pixels)
    {
        var sigma = options.SigmaFor((int)pixels.size(2), (int)pixels.size(3));
        return options.KernelSize is { } side ? GaussianBlur.Blur(pixels, side, sigma) : GaussianBlur.Blur(pixels, sigma);
    }

    private RgbImage PilBlur(RgbImage image) => PilGaussianBlur.Blur(image, options.SigmaFor(image.Height, image.Width));
}
