using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>The paper's identity score: 0.7 · IMS-IP + 0.3 · IMS-VGG, picture by picture. Show the two parts' raw means beside it.</summary>
/// <remarks>The VGG part is -1 whenever no reference is near, so one far picture weighs as much as many good ones: see <see cref="IdentitySimilarity"/> for the raw mean.</remarks>
/// <param name="ip">IMS-IP.</param>
/// <param name="vgg">IMS-VGG.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class PublishedIms(IMetric ip, IMetric vgg) : IMetric
{
    /// <summary>Weight of IMS-IP.</summary>
    public const double IpWeight = 0.7;

    /// <inheritdoc/>
    public string Name => "IMS (published)";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.Identity;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {ip.Fingerprint} {vgg.Fingerprint}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) =>
        [.. ip.Score(images, references).Zip(vgg.Score(images, references), (a, b) => IpWeight * a + (1 - IpWeight) * b)];
}
