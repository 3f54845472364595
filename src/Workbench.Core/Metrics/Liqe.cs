using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>
/// LIQE (Zhang, Zhai, Wei, Yang, Ma 2023): a fine-tuned CLIP that grades a picture's quality, scene and artifacts at once. The quality part of
/// the paper's Q.
/// </summary>
/// <remarks>
/// Patches of CLIP's own size at the picture's native resolution; cosines are averaged over patches, then one softmax over all prompts, then
/// sums over scenes and artifacts: Q = Σ k · p(quality k). Pictures smaller than a patch are refused, as enlarging them would change what is
/// judged; with fewer patches than asked for, all are taken, where the reference fails. Published weights: see <see cref="OpenAiClipWeights"/>.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class Liqe : IMetric, IDisposable
{
    private const int PatchesAtOnce = 16;
    private readonly ClipModel model;
    private readonly ClipImageProcessor normalizer;
    private readonly LiqeOptions options;
    private readonly Tensor texts;

    /// <summary>Embeds the prompts once.</summary>
    /// <param name="model">The fine-tuned CLIP; ViT-B/32 in the published one. Not owned.</param>
    /// <param name="tokenizer">CLIP's tokenizer.</param>
    /// <param name="options">Words and patches; null for the published ones.</param>
    public Liqe(ClipModel model, ClipTokenizer tokenizer, LiqeOptions? options = null)
    {
        (this.model, this.options) = (model, options ?? LiqeOptions.Published);
        this.options.Validate();
        // Patches have the right size already: only mean and deviation are left to do.
        normalizer = new ClipImageProcessor(ClipImageProcessorConfig.For(model.Config.VisionConfig) with { DoResize = false, DoCenterCrop = false });
        texts = TensorScope.Inference(() => ClipPromptPairs.Normalize(new ClipEmbedder(model, tokenizer).Texts(this.options.Prompts()))).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Name => "LIQE";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.NoReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (1, options.Qualities.Count);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {string.Join('/', options.Prompts())} {options.Stride} {options.Patches} {Tensors.Fingerprint.Of(model)[..16]}";

    /// <summary>Side of a patch and least side of a picture, pixels; 224 in the published model.</summary>
    public int PatchSize => model.Config.VisionConfig.ImageSize;

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => TensorScope.Value(() =>
    {
        var grades = arange(1, options.Qualities.Count + 1, ScalarType.Float32);
        return (Probabilities(images).sum([2, 3]) * grades).sum(1).to(ScalarType.Float64).data<double>().ToArray();
    });

    /// <summary>The most probable scene of each picture, for example <c>human</c>.</summary>
    public IReadOnlyList<string> Scenes(ImageBatch images) => TensorScope.Value(() =>
        Probabilities(images).sum([1, 3]).argmax(1).data<long>().Select(k => options.Scenes[(int)k]).ToArray());

    /// <summary>The most probable artifact of each picture, for example <c>noise</c>.</summary>
    public IReadOnlyList<string> Artifacts(ImageBatch images) => TensorScope.Value(() =>
        Probabilities(images).sum([1, 2]).argmax(1).data<long>().Select(k => options.Artifacts[(int)k]).ToArray());

    /// <summary>Joint probabilities, [N, qualities, scenes, artifacts] float32; each picture's sum to 1.</summary>
    /// <exception cref="ArgumentException">The pictures are smaller than a patch.</exception>
    public Tensor Probabilities(ImageBatch images)
    {
        if (Math.Min(images.Height, images.Width) < PatchSize)
            throw new ArgumentException($"LIQE judges pictures of at least {PatchSize}×{PatchSize} pixels, got {images.Width}×{images.Height}.", nameof(images));
        return TensorScope.Inference(() => stack([.. Enumerable.Range(0, images.Count).Select(i => TensorScope.Run(() => One(images.Unit[i])))]));
    }

    /// <inheritdoc/>
    public void Dispose() => texts.Dispose();

    /// <summary>Numbers of the patches that are looked at: every ⌊count / wanted⌋-th, from the first.</summary>
    internal static long[] Chosen(int count, int wanted)
    {
        var step = Math.Max(1, count / wanted);
        return [.. Enumerable.Range(0, Math.Min(wanted, count)).Select(i => (long)i * step)];
    }

    private Tensor One(Tensor unitPicture)
    {
        var patches = unitPicture.unfold(1, PatchSize, options.Stride).unfold(2, PatchSize, options.Stride).permute(1, 2, 0, 3, 4).reshape(-1, 3, PatchSize, PatchSize);
        patches = patches.index_select(0, tensor(Chosen((int)patches.shape[0], options.Patches), device: patches.device));
        var weight = model.LogitScale;
        var features = patches.split(PatchesAtOnce, 0).Select(part => TensorScope.Run(() =>
            model.GetImageFeatures(normalizer.Process(part).to(weight.dtype, weight.device)).to(ScalarType.Float32, torch.CPU)));
        var cosines = ClipPromptPairs.Normalize(cat([.. features], 0)).matmul(texts.t()).mean([0]);
        return (weight.to(ScalarType.Float32, torch.CPU).exp() * cosines).softmax(0).view(options.Qualities.Count, options.Scenes.Count, options.Artifacts.Count);
    }
}
