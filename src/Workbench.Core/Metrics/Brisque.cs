using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>Blind image quality by natural-scene statistics (Mittal, Moorthy, Bovik 2012): 0 is best, 100 worst.</summary>
/// <param name="model">The regression, from OpenCV's data files.</param>
/// <remarks>The features are computed by OpenCV's conventions, on which the regression was trained. It was trained on photographs of hundreds of pixels.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class Brisque(BrisqueModel model) : IMetric
{
    /// <inheritdoc/>
    public string Name => "BRISQUE";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, 100);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {model.Fingerprint[..16]}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => Array.ConvertAll(BrisqueFeatures.Of(images.Unit, BrisqueConvention.OpenCv), model.Score);
}
