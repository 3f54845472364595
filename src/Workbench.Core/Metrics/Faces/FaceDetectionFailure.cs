using Workbench.Imaging;

namespace Workbench.Metrics.Faces;

/// <summary>FDFR (Anti-DreamBooth): 1 for a picture without a face, 0 for one with; the mean is the failure rate.</summary>
/// <param name="detector">Finds faces.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class FaceDetectionFailure(IFaceDetector detector) : IMetric
{
    /// <inheritdoc/>
    public string Name => "FDFR";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {detector.Fingerprint}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => [.. detector.Detect(images).Select(faces => faces.Count == 0 ? 1.0 : 0.0)];
}
