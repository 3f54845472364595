using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>CLIP-IQA (Wang, Chan, Loy 2023): P("Good photo.") against "Bad photo.", by a softmax over the two scaled cosines; names no class.</summary>
/// <remarks>
/// MetaCloak's evaluation takes it from PIQ, whose network is CLIP's RN50 without positional embedding: that variant is not supported, as
/// <see cref="ClipEmbedder"/> holds a vision transformer. Order and direction are the same, numbers do not compare with PIQ's. See
/// <see cref="ClipIqac"/> for the form that names the class.
/// </remarks>
/// <param name="embedder">CLIP.</param>
/// <param name="logitScale">Factor on the cosines; by default the model's own.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipIqa(ClipEmbedder embedder, double? logitScale = null) : IMetric
{
    /// <inheritdoc/>
    public string Name => "CLIP-IQA";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} '{GoodPrompt}' '{BadPrompt}' {logitScale} {embedder.ModelFingerprint[..16]}";

    /// <summary>The prompt for good pictures.</summary>
    public string GoodPrompt { get; init; } = "Good photo.";

    /// <summary>The prompt for bad pictures.</summary>
    public string BadPrompt { get; init; } = "Bad photo.";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var prompts = embedder.Texts(GoodPrompt, BadPrompt).unsqueeze(0);
        return ClipPromptPairs.Probabilities(embedder.Images(images), prompts, logitScale ?? embedder.LogitScale).view(-1).to(ScalarType.Float64).data<double>().ToArray();
    });
}
