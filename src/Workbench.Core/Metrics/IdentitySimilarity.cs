using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Identity;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>IMS: how much the person in a picture looks like the person in the reference photos, by a face embedding.</summary>
/// <remarks>
/// By default the mean cosine to all references. With <see cref="DistanceThreshold"/> it follows the IMS-VGG rule of MetaCloak's
/// evaluation: only references within that cosine distance count, and -1 when there is none. That makes values bimodal.
/// </remarks>
/// <param name="encoder">The face embedding.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class IdentitySimilarity(IIdentityEncoder encoder) : IMetric
{
    /// <summary>The threshold that deepface 0.0.79 uses for VGG-Face and cosine.</summary>
    public const double VggFaceThreshold = 0.40;

    private const int PicturesAtOnce = 64;

    /// <inheritdoc/>
    public string Name { get; init; } = "IMS";

    /// <summary>Largest cosine distance at which a reference counts; null (the default) averages over all references.</summary>
    public double? DistanceThreshold { get; init; }

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.Identity;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {DistanceThreshold} {encoder.GetType().Name} {encoder.WeightsFingerprint}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        var (pictures, subjects) = (images.Count, References.Required(this, references).Count);
        var cosines = TensorScope.Value(() => Embed(images).matmul(Embed(references!).t()).to(ScalarType.Float64).data<double>().ToArray());
        return [.. Enumerable.Range(0, pictures).Select(i => Aggregate(cosines.AsSpan(i * subjects, subjects), DistanceThreshold))];
    }

    /// <summary>One picture's score from its cosines to the references.</summary>
    internal static double Aggregate(ReadOnlySpan<double> cosines, double? threshold)
    {
        var (sum, kept) = (0.0, 0);
        foreach (var cosine in cosines)
        {
            if (1 - cosine > threshold) continue;
            sum += cosine;
            kept++;
        }
        return kept > 0 ? sum / kept : -1;
    }

    private Tensor Embed(ImageBatch images) => TensorScope.Inference(() =>
    {
        var parts = new List<Tensor>();
        for (var start = 0; start < images.Count; start += PicturesAtOnce)
        {
            var count = Math.Min(PicturesAtOnce, images.Count - start);
            parts.Add(TensorScope.Run(() => encoder.Embed(images.Unit.narrow(0, start, count) * 2 - 1)));
        }
        return cat(parts, 0);
    });
}
