using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>The paper's quality score: Q = ½ · LIQE' + ½ · CLIP-IQAC, with LIQE' = 2 (LIQE − 1) / 4 − 1 in [-1,1].</summary>
/// <param name="liqe">LIQE in [1,5].</param>
/// <param name="iqac">CLIP-IQAC in [-1,1].</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class PublishedQuality(IMetric liqe, IMetric iqac) : IMetric
{
    /// <inheritdoc/>
    public string Name => "Q (published)";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {liqe.Fingerprint} {iqac.Fingerprint}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) =>
        [.. liqe.Score(images).Zip(iqac.Score(images), (grade, contrast) => (2 * (grade - 1) / 4 - 1 + contrast) / 2)];
}
