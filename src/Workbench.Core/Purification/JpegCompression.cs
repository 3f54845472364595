using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Writes every picture as JPEG and reads it back.</summary>
public sealed class JpegCompression : BatchPurifier, IDifferentiablePurifier
{
    private readonly JpegOptions options;

    /// <summary>Makes the purifier.</summary>
    public JpegCompression(JpegOptions? options = null)
    {
        this.options = options ?? JpegOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "jpeg";

    /// <inheritdoc/>
    /// <remarks>Backwards the identity: rounding of the coefficients has no gradient, and the rest of the way there and back cancels out.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) =>
        GradientPath.EachImage(unit, image => JpegRoundTrip.Apply(image, options.Quality), soft: pixels => pixels);

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        EachImage(pixels, image => JpegRoundTrip.Apply(image, options.Quality));
}
