using Workbench.Imaging;

namespace Workbench.Metrics.Faces;

/// <summary>SDS for faces (MetaCloak): mean confidence over the faces of a picture, 0 without one. <see cref="SubjectDetection"/> is its form for other classes.</summary>
/// <param name="detector">Finds faces.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class FaceConfidence(IFaceDetector detector) : IMetric
{
    /// <inheritdoc/>
    public string Name => "SDS (face)";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {detector.Fingerprint}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) =>
        [.. detector.Detect(images).Select(faces => faces.Select(f => f.Confidence).DefaultIfEmpty(0).Average())];
}
