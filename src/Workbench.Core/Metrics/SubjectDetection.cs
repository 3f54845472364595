using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Subject detection by CLIP: how surely a picture shows the subject's class rather than another.</summary>
/// <remarks>
/// MetaCloak's SDS takes a face detector's confidence for faces and CLIP for other classes. This is the CLIP form, for every class, with
/// named alternatives in place of "non-X", a word that CLIP does not understand; <see cref="Published"/> has that word.
/// </remarks>
/// <param name="embedder">CLIP.</param>
/// <param name="subject">The class looked for, for example <c>person</c>.</param>
/// <param name="others">At least one other class.</param>
/// <param name="logitScale">Factor on the cosines; by default the model's own.</param>
public sealed class SubjectDetection(ClipEmbedder embedder, string subject, IReadOnlyList<string> others, double? logitScale = null) : IMetric
{
    private readonly IReadOnlyList<string> others = others.Count > 0 ? others
        : throw new ArgumentException("Subject detection needs at least one other class to tell the subject from.", nameof(others));

    /// <inheritdoc/>
    public string Name => "SDS";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (SubtractOthers ? -1 : 0, 1);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {subject} {string.Join('/', others)} '{Prompt}' {(SubtractOthers ? "less others " : "")}{logitScale} {embedder.ModelFingerprint[..16]}";

    /// <summary>True: the score is P(subject) − P(all others) in [-1,1]; false: P(subject).</summary>
    public bool SubtractOthers { get; init; }

    /// <summary>The prompt of a class; <c>{0}</c> is its name.</summary>
    public string Prompt { get; init; } = "a photo of {0}";

    /// <summary>The published form for classes other than faces: p("a picture of X") − p("a picture of non-X") (MetaCloak).</summary>
    public static SubjectDetection Published(ClipEmbedder embedder, string subject) => new(embedder, subject, [$"non-{subject}"]) { Prompt = "a picture of {0}", SubtractOthers = true };

    /// <summary>P(subject) among all classes, or what <see cref="SubtractOthers"/> says.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var subjects = Probabilities(images).select(1, 0).to(ScalarType.Float64);
        return (SubtractOthers ? 2 * subjects - 1 : subjects).data<double>().ToArray();
    });

    /// <summary>Share of pictures whose most probable class is the subject.</summary>
    public double Accuracy(ImageBatch images) =>
        TensorScope.Value(() => Probabilities(images).argmax(1).eq(0).to(ScalarType.Float64).mean().item<double>());

    /// <summary>Class probabilities, [N, 1 + others] float32; the subject comes first.</summary>
    public Tensor Probabilities(ImageBatch images) => TensorScope.Inference(() =>
    {
        var prompts = embedder.Texts([.. others.Prepend(subject).Select(name => Prompt.Replace("{0}", name))]);
        var cosines = ClipPromptPairs.Normalize(embedder.Images(images)).matmul(ClipPromptPairs.Normalize(prompts).t());
        return ((logitScale ?? embedder.LogitScale) * cosines).softmax(1);
    });
}
