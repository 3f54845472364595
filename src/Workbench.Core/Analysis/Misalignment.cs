using TorchSharp;
using Workbench.Analysis.Maps;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis;

/// <summary>
/// Latent image-prompt misalignment (DiffShortcut, arXiv 2406.18944, analysis of shortcut learning): how far photos lie from the prompt
/// that a model is trained with, in CLIP's space; measured on the photos and on what the autoencoder hands on to training.
/// </summary>
/// <remarks>
/// The paper looks at photos only. Training sees latents, and the autoencoder smooths random noise away that CLIP sees in the photo: so the
/// reconstruction is the fairer view, and both are reported.
/// </remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed class Misalignment : IDisposable
{
    private const int MostAtOnce = 16;
    private readonly ClipEmbedder embedder;
    private readonly AutoencoderKL autoencoder;
    private readonly ConceptProbe probe;
    private readonly Tensor prompt;

    /// <summary>Embeds the prompts once.</summary>
    /// <param name="embedder">CLIP.</param>
    /// <param name="autoencoder">The autoencoder of the model that is trained; not owned.</param>
    /// <param name="trainingPrompt">The prompt that the photos are trained with.</param>
    /// <param name="config">The two concepts; null for <see cref="ConceptProbeConfig.Paper"/>.</param>
    public Misalignment(ClipEmbedder embedder, AutoencoderKL autoencoder, string trainingPrompt, ConceptProbeConfig? config = null)
    {
        (this.embedder, this.autoencoder, TrainingPrompt) = (embedder, autoencoder, trainingPrompt);
        probe = new ConceptProbe(embedder, config);
        prompt = TensorScope.Inference(() => ClipPromptPairs.Normalize(embedder.Texts(trainingPrompt))).DetachFromDisposeScope();
    }

    /// <summary>The prompt that alignment is measured to.</summary>
    public string TrainingPrompt { get; }

    /// <summary>Reads one condition.</summary>
    /// <param name="condition">Its name, for tables and charts.</param>
    /// <param name="photos">The photos as a trainer would get them.</param>
    /// <param name="cancellationToken">Stops between two batches of pictures.</param>
    public MisalignmentReading Read(string condition, ImageBatch photos, CancellationToken cancellationToken = default)
    {
        using var reconstructed = Reconstruct(photos, cancellationToken);
        return new MisalignmentReading(condition, Read(photos), Read(reconstructed));
    }

    /// <summary>Reads pictures as they are, without the detour through the autoencoder.</summary>
    public AlignmentReading Read(ImageBatch pictures) => TensorScope.Value(() => ReadEmbeddings(embedder.Images(pictures)));

    /// <summary>Reads a concept as if it were one picture: the normalised mean of its prompts, which for the probe's own prompts is its anchor.</summary>
    /// <param name="prompts">At least one way to say it.</param>
    public AlignmentReading ReadConcept(params IReadOnlyList<string> prompts) => TensorScope.Value(() => ReadEmbeddings(probe.Anchor(prompts).unsqueeze(0)));

    /// <summary>What the autoencoder makes of photos: decode(mean of encode).</summary>
    public ImageBatch Reconstruct(ImageBatch photos, CancellationToken cancellationToken = default) => Reconstruction.Of(autoencoder, photos, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        probe.Dispose();
        prompt.Dispose();
    }

    private AlignmentReading ReadEmbeddings(Tensor embeddings)
    {
        var concepts = probe.ReadEmbeddings(embeddings);
        var aligned = ClipPromptPairs.Normalize(embeddings).matmul(prompt.t()).view(-1).to(ScalarType.Float64).data<double>().ToArray();
        return new AlignmentReading(aligned, concepts.NoiseProbability, concepts.NoiseLogOdds, EmbeddingRows.Of(embeddings));
    }
}
