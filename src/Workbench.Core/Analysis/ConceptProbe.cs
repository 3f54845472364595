using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis;

/// <summary>Measures latent image-prompt misalignment: does CLIP see the subject in a picture, or noise?</summary>
/// <remarks>
/// The zero-shot classifier of DiffShortcut (arXiv 2406.18944, section on shortcut learning): an anchor a concept is the normalised mean
/// of its normalised prompt embeddings; P = softmax(scale · [cos(picture, subject), cos(picture, noise)]).
/// </remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed class ConceptProbe : IDisposable
{
    private readonly ClipEmbedder embedder;
    private readonly double logitScale;
    private readonly Tensor anchors;

    /// <summary>Embeds the prompts once.</summary>
    /// <exception cref="ArgumentException">The configuration is incomplete.</exception>
    public ConceptProbe(ClipEmbedder embedder, ConceptProbeConfig? config = null)
    {
        Config = config ?? ConceptProbeConfig.Paper;
        Config.Validate();
        this.embedder = embedder;
        logitScale = Config.LogitScale ?? embedder.LogitScale;
        anchors = TensorScope.Inference(() => stack([Anchor(Config.SubjectPrompts), Anchor(Config.NoisePrompts)])).DetachFromDisposeScope();
    }

    /// <summary>Concepts and sharpness.</summary>
    public ConceptProbeConfig Config { get; }

    /// <summary>The two anchors, [2, P] float32 of length 1: subject, noise. The probe's own tensor.</summary>
    public Tensor Anchors => anchors;

    /// <summary>The anchor of a concept, [P] float32 of length 1: the normalised mean of its normalised prompt embeddings.</summary>
    /// <param name="prompts">At least one way to say it.</param>
    public Tensor Anchor(params IReadOnlyList<string> prompts) => ClipPromptPairs.Normalize(ClipPromptPairs.Normalize(embedder.Texts(prompts)).mean([0]));

    /// <summary>Reads every picture.</summary>
    public ConceptReading Read(ImageBatch images) => TensorScope.Value(() => ReadEmbeddings(embedder.Images(images)));

    /// <summary>Reads pictures that are embedded already.</summary>
    /// <param name="imageEmbeds">[N, P], not normalised or normalised.</param>
    public ConceptReading ReadEmbeddings(Tensor imageEmbeds) => TensorScope.Value(() =>
    {
        var cosines = ClipPromptPairs.Normalize(imageEmbeds).matmul(anchors.t()).to(ScalarType.Float64);
        return new ConceptReading(Column(logitScale * (cosines.narrow(1, 1, 1) - cosines.narrow(1, 0, 1)), 0), Column(cosines, 0), Column(cosines, 1));
    });

    /// <summary>Direct alignment: cosine of every picture with a prompt, for example the training prompt.</summary>
    public IReadOnlyList<double> Alignment(ImageBatch images, string prompt) => TensorScope.Value(() =>
        Column(ClipPromptPairs.Normalize(embedder.Images(images)).matmul(ClipPromptPairs.Normalize(embedder.Texts(prompt)).t()).to(ScalarType.Float64), 0));

    /// <inheritdoc/>
    public void Dispose() => anchors.Dispose();

    private static double[] Column(Tensor table, long column) => table.select(1, column).contiguous().data<double>().ToArray();
}
