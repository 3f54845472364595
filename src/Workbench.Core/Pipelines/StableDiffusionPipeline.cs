using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Latent diffusion from text (Rombach et al. 2022): tokenizer, text encoder, UNet, scheduler and autoencoder, put together.</summary>
/// <remarks>Latents are scaled as the UNet sees them. One instance serves one run at a time.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class StableDiffusionPipeline : IDisposable
{
    /// <summary>Puts a pipeline together from parts; it owns them from now on.</summary>
    /// <param name="tokenizer">Null where prompts come as token ids only.</param>
    /// <param name="textEncoder">The text encoder.</param>
    /// <param name="unet">The denoising network.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="scheduler">The sampler.</param>
    public StableDiffusionPipeline(
        ClipTokenizer? tokenizer, ClipTextModel textEncoder, UNet2DConditionModel unet, AutoencoderKL vae, IScheduler scheduler)
    {
        (Tokenizer, TextEncoder, UNet, Vae, Scheduler) = (tokenizer, textEncoder, unet, vae, scheduler);
        if (unet.Config.CrossAttentionDim != textEncoder.Config.HiddenSize)
            throw new ArgumentException($"The UNet attends to states of width {unet.Config.CrossAttentionDim}, but the text encoder gives {textEncoder.Config.HiddenSize}.");
        if (unet.Config.InChannels != vae.Config.LatentChannels)
            throw new ArgumentException($"The UNet takes {unet.Config.InChannels} channels, but the autoencoder has {vae.Config.LatentChannels} latent channels.");
    }

    /// <summary>Prompts to token ids.</summary>
    public ClipTokenizer? Tokenizer { get; }

    /// <summary>Token ids to text states.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>The denoising network.</summary>
    public UNet2DConditionModel UNet { get; }

    /// <summary>Pixels to latents and back.</summary>
    public AutoencoderKL Vae { get; }

    /// <summary>The sampler; may be exchanged between runs.</summary>
    public IScheduler Scheduler { get; set; }

    /// <summary>Side in pixels of the pictures that the model was trained with.</summary>
    public int PictureSide => (UNet.Config.SampleSize ?? 64) * Vae.Config.SpatialFactor;

    /// <inheritdoc cref="StableDiffusionFolder.Load"/>
    public static StableDiffusionPipeline FromPretrained(string folder, Device? device = null, ScalarType? dtype = null) =>
        StableDiffusionFolder.Load(folder, device, dtype);

    /// <inheritdoc cref="StableDiffusionFolder.Save"/>
    public void SavePretrained(string folder, ScalarType? dtype = null) => StableDiffusionFolder.Save(this, folder, dtype);

    /// <summary>Draws pictures from prompts.</summary>
    /// <param name="request">What to draw.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Checked before every step.</param>
    /// <returns>The pictures of the first prompt, then of the second, …</returns>
    /// <exception cref="ArgumentException">The request cannot be honoured; the message says why.</exception>
    public ImageBatch Generate(TextToImage request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var shape = LatentShape(request.Height, request.Width);
        return Run(request, skippedSteps: 0, (first, count) =>
        {
            using var noise = new ImageNoise(request.Seed, "latents", first, count);
            return noise.Next(shape) * Scheduler.InitNoiseSigma;
        }, progress, cancellationToken);
    }

    /// <summary>Draws pictures from prompts and starting pictures; parameters as in <see cref="Generate(TextToImage, IProgress{DenoisingProgress}?, CancellationToken)"/>.</summary>
    public ImageBatch Generate(ImageToImage request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        request.Validate();
        LatentShape(request.Images.Height, request.Images.Width);
        return Run(request, request.SkippedSteps, (first, count) =>
        {
            using var noise = new ImageNoise(request.Seed, "latents", first, count);
            using var draw = new ImageNoise(request.Seed, "posterior", first, count);
            var pixels = request.Images.ToSigned();
            var posterior = EncodeImages(Rows(pixels, request, first, count));
            long[] shape = [.. posterior.Mean.shape.Skip(1)];
            return Scheduler.AddNoise(posterior.Sample(draw.Next(shape).to(posterior.Mean.device)), noise.Next(shape).to(posterior.Mean.device),
                Scheduler.StartIndex(request.SkippedSteps));
        }, progress, cancellationToken);
    }

    /// <summary>Text states of prompts: [B, T, D].</summary>
    public Tensor EncodePrompt(IReadOnlyList<string> prompts, PromptOverflow overflow = PromptOverflow.Error)
    {
        if (Tokenizer is null) throw new InvalidOperationException("This pipeline was put together without a tokenizer: encode token ids instead.");
        return EncodePrompt(Tokenizer.Encode(prompts, overflow));
    }

    /// <summary>Text states of token ids [B, T] int64: [B, T, D].</summary>
    public Tensor EncodePrompt(Tensor ids) => TextEncoder.forward(ids.to(DeviceOf(TextEncoder))).LastHiddenState;

    /// <summary>The distribution of the scaled latents of pictures.</summary>
    /// <param name="pixels">[B, 3, H, W] in [-1,1].</param>
    /// <returns>Mean and log-variance [B, C, H/f, W/f] of the latents as the UNet sees them, float32.</returns>
    public DiagonalGaussian EncodeImages(Tensor pixels)
    {
        var weight = Vae.parameters().First();
        var posterior = Vae.Encode(pixels.to(weight.dtype, weight.device));
        return new DiagonalGaussian(ScaledLatents.Of(Vae.Config, posterior.Mean.to(float32)), posterior.LogVar.to(float32) + 2 * Math.Log(Vae.Config.ScalingFactor));
    }

    /// <summary>Pictures of scaled latents.</summary>
    /// <param name="latents">[B, C, h, w] as the UNet sees them.</param>
    /// <returns>[B, 3, f·h, f·w], about [-1,1], not clamped, float32.</returns>
    public Tensor DecodeLatents(Tensor latents) => ScaledLatents.Decode(Vae, latents);

    /// <inheritdoc/>
    public void Dispose()
    {
        TextEncoder.Dispose();
        UNet.Dispose();
        Vae.Dispose();
    }

    private ImageBatch Run(
        GenerationRequest request, int skippedSteps, Func<int, int, Tensor> start, IProgress<DenoisingProgress>? progress, CancellationToken cancellationToken)
    {
        request.Validate();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var isGuided = Guidance.IsNeeded(request.GuidanceScale);
        var cond = EncodePrompt(request.Prompts, request.Overflow);
        var uncond = isGuided ? EncodePrompt(request.NegativePrompts, request.Overflow) : null;
        var batches = new List<ImageBatch>();
        try
        {
            for (var first = 0; first < request.ImageCount; first += request.BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var count = Math.Min(request.BatchSize, request.ImageCount - first);
                Scheduler.SetTimesteps(request.NumInferenceSteps);
                var sample = start(first, count);
                var text = new PromptEmbeddings(Rows(cond, request, first, count), uncond is null ? null : Rows(uncond, request, first, count));
                using var noise = new ImageNoise(request.Seed, "steps", first, count);
                var loop = new DenoisingLoop(UNet, Scheduler)
                {
                    GuidanceScale = request.GuidanceScale, StartIndex = Scheduler.StartIndex(skippedSteps), FirstImage = first, ImageCount = request.ImageCount,
                };
                var latents = loop.Run(sample, text, () => noise.Next([.. sample.shape.Skip(1)]), progress, cancellationToken);
                batches.Add(ImageBatch.FromSigned(DecodeLatents(latents)));
            }
            return ImageBatch.Concat(batches);
        }
        finally
        {
            foreach (var batch in batches) batch.Dispose();
        }
    }

    /// <summary>The rows of a per-prompt tensor (one for all, or one a prompt) for the pictures of a batch.</summary>
    private static Tensor Rows(Tensor perPrompt, GenerationRequest request, int first, int count)
    {
        var rows = Enumerable.Range(first, count).Select(image => perPrompt.shape[0] == 1 ? 0L : image / request.NumImages).ToArray();
        return perPrompt.index_select(0, tensor(rows, device: perPrompt.device));
    }

    private long[] LatentShape(int? height, int? width)
    {
        var factor = Vae.Config.SpatialFactor;
        int h = height ?? PictureSide, w = width ?? PictureSide;
        if (h <= 0 || w <= 0 || h % factor != 0 || w % factor != 0)
            throw new ArgumentException($"Pictures of {w}×{h} pixels: sides must be positive multiples of {factor}, the autoencoder's factor.");
        return [UNet.Config.InChannels, h / factor, w / factor];
    }

    private static Device DeviceOf(nn.Module module) => module.parameters().First().device;
}
