using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004), the mean over channels and over all whole windows.</summary>
/// <remarks>K1 = 0.01, K2 = 0.03, data range 1. Agrees with scikit-image 0.19.3 for both windows.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class Ssim(SsimWindow window = SsimWindow.Gaussian) : IMetric
{
    private const double C1 = 0.01 * 0.01, C2 = 0.03 * 0.03;

    /// <inheritdoc/>
    public string Name => "SSIM";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.FullReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {window}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        var originals = References.Paired(this, images, references);
        return [.. Enumerable.Range(0, images.Count).Select(i => TensorScope.Value(() => Of(images.Unit.narrow(0, i, 1), originals.Unit.narrow(0, i, 1), window).item<double>()))];
    }

    /// <summary>SSIM of each pair, computed in float64.</summary>
    /// <param name="a">[N, C, H, W] float, pixels in [0,1]; sides of at least the window (11 or 7).</param>
    /// <param name="b">The same shape and range.</param>
    /// <param name="window">The local window.</param>
    /// <returns>[N] float64.</returns>
    public static Tensor Of(Tensor a, Tensor b, SsimWindow window = SsimWindow.Gaussian) => TensorScope.Inference(() =>
    {
        var border = window is SsimWindow.Gaussian ? 5 : 3;
        if (Math.Min(a.shape[2], a.shape[3]) <= 2 * border)
            throw new ArgumentException($"SSIM with a {2 * border + 1}×{2 * border + 1} window needs larger pictures than {a.shape[3]}×{a.shape[2]}.", nameof(a));
        return Map(a, b, window).narrow(2, border, a.shape[2] - 2 * border).narrow(3, border, a.shape[3] - 2 * border).mean([1, 2, 3]);
    });

    /// <summary>The map of local similarities; edge pixels are mirrored with repetition.</summary>
    /// <returns>[N, C, H, W] float64.</returns>
    public static Tensor Map(Tensor a, Tensor b, SsimWindow window = SsimWindow.Gaussian) => TensorScope.Inference(() =>
    {
        var (x, y) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        // A uniform window estimates the covariance of a sample: N/(N-1).
        var (kernel, correction) = window is SsimWindow.Gaussian ? (GaussianBlur.Kernel(11, 1.5), 1.0) : (full(7, 1.0 / 7, ScalarType.Float64), 49.0 / 48.0);
        var (meanX, meanY) = (Filter(x, kernel), Filter(y, kernel));
        Tensor Covariance(Tensor p, Tensor meanP, Tensor q, Tensor meanQ) => TensorScope.Run(() => correction * (Filter(p * q, kernel) - meanP * meanQ));
        var (varianceX, varianceY, covariance) = (Covariance(x, meanX, x, meanX), Covariance(y, meanY, y, meanY), Covariance(x, meanX, y, meanY));
        return (2 * meanX * meanY + C1) * (2 * covariance + C2) / ((meanX.square() + meanY.square() + C1) * (varianceX + varianceY + C2));
    });

    private static Tensor Filter(Tensor planes, Tensor kernel) => TensorScope.Run(() =>
    {
        var size = kernel.shape[0];
        var padded = Mirror(Mirror(planes, 2, size / 2), 3, size / 2);
        var rows = OneDnn.ConvolveEach(padded, kernel.view(1, size));
        return OneDnn.ConvolveEach(rows, kernel.view(size, 1));
    });

    private static Tensor Mirror(Tensor planes, int dimension, long border)
    {
        var length = planes.shape[dimension];
        var indices = new long[length + 2 * border];
        for (var i = 0; i < indices.Length; i++)
        {
            var at = ((i - border) % (2 * length) + 2 * length) % (2 * length);
            indices[i] = at < length ? at : 2 * length - 1 - at;
        }
        return planes.index_select(dimension, tensor(indices));
    }
}
