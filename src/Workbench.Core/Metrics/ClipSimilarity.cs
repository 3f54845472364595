using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>IMS-CLIP: cosine between a picture's CLIP embedding and the mean of the (not normalised) reference embeddings.</summary>
/// <param name="embedder">CLIP; MetaCloak's evaluation uses ViT-B/32.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipSimilarity(ClipEmbedder embedder) : IMetric
{
    /// <inheritdoc/>
    public string Name => "IMS-CLIP";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.Identity;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {embedder.ModelFingerprint[..16]}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var reference = ClipPromptPairs.Normalize(embedder.Images(References.Required(this, references)).mean([0], keepdim: true));
        return ClipPromptPairs.Normalize(embedder.Images(images)).matmul(reference.t()).view(-1).to(ScalarType.Float64).data<double>().ToArray();
    });
}
