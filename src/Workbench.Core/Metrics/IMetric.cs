using TorchSharp;
using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>A score for pictures, with what one must know to read it.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public interface IMetric
{
    /// <summary>Column name in tables, for example <c>PSNR</c>.</summary>
    string Name { get; }

    /// <summary>Which end is better.</summary>
    MetricDirection Direction { get; }

    /// <summary>What pictures are compared with.</summary>
    MetricKind Kind { get; }

    /// <summary>Smallest and largest possible score; infinite where there is no bound.</summary>
    (double Low, double High) Range { get; }

    /// <summary>Tells scores of other weights or settings apart: stored results of another fingerprint must not be used again.</summary>
    /// <remarks>By default the name, and the weights where the metric is a network itself. A metric that holds a network, or has settings, adds them.</remarks>
    string Fingerprint => this is torch.nn.Module network ? $"{Name} {Tensors.Fingerprint.Of(network)[..16]}" : Name;

    /// <summary>One score a picture (one score in all for <see cref="MetricKind.Distribution"/>).</summary>
    /// <param name="images">The pictures to judge.</param>
    /// <param name="references">What to compare with, as <see cref="Kind"/> says; may be null for <see cref="MetricKind.NoReference"/>.</param>
    /// <exception cref="ArgumentException">References are missing or do not fit.</exception>
    IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null);
}
