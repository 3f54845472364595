using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Peak signal-to-noise ratio in decibel, 10·log10(1 / mean squared error) for pixels in [0,1]; equal pictures score infinity.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class Psnr : IMetric
{
    /// <inheritdoc/>
    public string Name => "PSNR";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.FullReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) =>
        TensorScope.Value(() => Of(images.Unit, References.Paired(this, images, references).Unit).data<double>().ToArray());

    /// <summary>PSNR of each pair, computed in float64.</summary>
    /// <param name="a">[N, C, H, W] float, pixels in [0,1].</param>
    /// <param name="b">The same shape and range.</param>
    /// <returns>[N] float64.</returns>
    public static Tensor Of(Tensor a, Tensor b) => TensorScope.Inference(() =>
        -10 * (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).square().mean([1, 2, 3]).log10());
}
