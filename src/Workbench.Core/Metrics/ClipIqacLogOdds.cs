using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>
/// CLIP-IQAC before its softmax: the log-odds of "a good photo of X" against "a bad photo of X", scale · (cos good − cos bad).
/// </summary>
/// <remarks>
/// Our own addition. CLIP-IQAC is tanh of half this number, and so tells nothing more once CLIP is sure: pictures at −1 all look alike.
/// The log-odds go on telling bad from worse, and the order of any two pictures is the same in both scores.
/// </remarks>
/// <param name="embedder">CLIP.</param>
/// <param name="subject">What the pictures should show, for example <c>face</c>.</param>
/// <param name="logitScale">Factor on the cosines; by default the model's own.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipIqacLogOdds(ClipEmbedder embedder, string subject = "face", double? logitScale = null) : IMetric
{
    /// <summary>Where CLIP-IQAC, as a 32-bit number, cannot be told from ±1 any more: |log-odds| of about 16.</summary>
    public const double Saturation = 16;

    /// <inheritdoc/>
    public string Name => "CLIP-IQAC log-odds";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (double.NegativeInfinity, double.PositiveInfinity);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {subject} '{GoodPrompt}' '{BadPrompt}' {logitScale} {embedder.ModelFingerprint[..16]}";

    /// <summary>The prompt for good pictures; <c>{0}</c> is the subject.</summary>
    public string GoodPrompt { get; init; } = "a good photo of {0}";

    /// <summary>The prompt for bad pictures; <c>{0}</c> is the subject.</summary>
    public string BadPrompt { get; init; } = "a bad photo of {0}";

    /// <summary>CLIP-IQAC in (-1,1) of log-odds: tanh(log-odds / 2).</summary>
    public static double ToIqac(double logOdds) => Math.Tanh(logOdds / 2);

    /// <summary>Log-odds of a CLIP-IQAC, for results that keep only that: 2·artanh, clipped at ±<see cref="Saturation"/>.</summary>
    public static double FromIqac(double iqac) => Math.Clamp(2 * Math.Atanh(Math.Clamp(iqac, -1, 1)), -Saturation, Saturation);

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var prompts = embedder.Texts(GoodPrompt.Replace("{0}", subject), BadPrompt.Replace("{0}", subject)).unsqueeze(0);
        var logits = ClipPromptPairs.Logits(embedder.Images(images), prompts, logitScale ?? embedder.LogitScale).to(ScalarType.Float64);
        return (logits.select(-1, 0) - logits.select(-1, 1)).view(-1).data<double>().ToArray();
    });
}
