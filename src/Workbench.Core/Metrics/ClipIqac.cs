using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>CLIP-IQAC: P("a good photo of X") minus P("a bad photo of X"), by a softmax over the two scaled cosines.</summary>
/// <remarks>Method of MetaCloak's evaluation. The subject "person" is called "face" there; see <see cref="SubjectWord"/>.</remarks>
/// <param name="embedder">CLIP.</param>
/// <param name="subject">What the pictures should show, for example <c>face</c>.</param>
/// <param name="logitScale">Factor on the cosines; by default the model's own.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipIqac(ClipEmbedder embedder, string subject = "face", double? logitScale = null) : IMetric
{
    /// <inheritdoc/>
    public string Name => "CLIP-IQAC";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {subject} '{GoodPrompt}' '{BadPrompt}' {logitScale} {embedder.ModelFingerprint[..16]}";

    /// <summary>The prompt for good pictures; <c>{0}</c> is the subject.</summary>
    public string GoodPrompt { get; init; } = "a good photo of {0}";

    /// <summary>The prompt for bad pictures; <c>{0}</c> is the subject.</summary>
    public string BadPrompt { get; init; } = "a bad photo of {0}";

    /// <summary>The word the prompts use for a class: "person" becomes "face", others stay.</summary>
    public static string SubjectWord(string className) => className == "person" ? "face" : className;

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var prompts = embedder.Texts(GoodPrompt.Replace("{0}", subject), BadPrompt.Replace("{0}", subject)).unsqueeze(0);
        var good = ClipPromptPairs.Probabilities(embedder.Images(images), prompts, logitScale ?? embedder.LogitScale);
        return (2 * good - 1).view(-1).to(ScalarType.Float64).data<double>().ToArray();
    });
}
