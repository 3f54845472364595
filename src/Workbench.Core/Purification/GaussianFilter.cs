using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Blurs by a separable Gaussian kernel; borders repeat the outermost pixels.</summary>
/// <remarks>
/// The compared code calls PIL's blur with radius 5, which is a standard deviation of 5 pixels approximated by box filters; here
/// the kernel is the true one, cut off at four standard deviations.
/// </remarks>
public sealed class GaussianFilter : BatchPurifier
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

    /// <summary>Blurs any picture tensor; differentiable.</summary>
    /// <param name="pixels"><c>[B, C, H, W]</c>, any range.</param>
    /// <param name="sigma">Standard deviation in pixels.</param>
    public static Tensor Blur(Tensor pixels, double sigma)
    {
        var radius = Math.Max(1, (int)Math.Ceiling(4 * sigma));
        var offsets = arange(-radius, radius + 1, dtype: ScalarType.Float32);
        var kernel = exp(offsets * offsets / (-2 * sigma * sigma));
        kernel = (kernel / kernel.sum()).to(pixels.dtype, pixels.device);                 // [2r+1]
        var channels = pixels.size(1);
        var padded = nn.functional.pad(pixels, [radius, radius, radius, radius], PaddingModes.Replicate);
        var rows = nn.functional.conv2d(padded, kernel.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1), groups: channels);
        return nn.functional.conv2d(rows, kernel.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1), groups: channels);
    }

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        Blur(pixels, options.SigmaFor((int)pixels.size(2), (int)pixels.size(3)));
}
