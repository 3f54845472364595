using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Models;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Stable Diffusion's upscaler: latent diffusion that sees, beside the latents, a noised small picture (7 channels in all).</summary>
/// <remarks>
/// diffusers <c>StableDiffusionUpscalePipeline</c> (<c>stabilityai/stable-diffusion-x4-upscaler</c>). Latents have the size of the small
/// picture, the autoencoder enlarges by its factor; the level of the noise is a class label.
/// </remarks>
public sealed class StableDiffusionUpscalePipeline : IDisposable
{
    private const int DefaultMaxNoiseLevel = 350;
    private const double DefaultScalingFactor = 0.08333;
    private readonly StableDiffusionParts parts;

    /// <summary>Puts a pipeline together from parts; it owns them from now on.</summary>
    /// <param name="parts">The networks.</param>
    /// <param name="scheduler">The sampler.</param>
    /// <param name="lowResolution">The chain along which small pictures are noised.</param>
    /// <param name="maxNoiseLevel">Largest noise level that the network knows.</param>
    public StableDiffusionUpscalePipeline(StableDiffusionParts parts, IScheduler scheduler, NoiseSchedule lowResolution, int maxNoiseLevel = DefaultMaxNoiseLevel)
    {
        (this.parts, Scheduler, LowResolution, MaxNoiseLevel) = (parts, scheduler, lowResolution, maxNoiseLevel);
        var expected = parts.Vae.Config.LatentChannels + parts.Vae.Config.InChannels;
        if (parts.UNet.Config.InChannels != expected)
            throw new ArgumentException($"The UNet takes {parts.UNet.Config.InChannels} channels, but latents and small picture have {expected}.", nameof(parts));
    }

    /// <summary>The networks.</summary>
    public StableDiffusionParts Parts => parts;

    /// <summary>The sampler; may be exchanged between runs.</summary>
    public IScheduler Scheduler { get; set; }

    /// <summary>The chain along which small pictures are noised.</summary>
    public NoiseSchedule LowResolution { get; }

    /// <summary>Largest noise level.</summary>
    public int MaxNoiseLevel { get; }

    /// <summary>Factor by which pictures grow: 4 in the published model.</summary>
    public int Scale => parts.Vae.Config.SpatialFactor;

    /// <summary>Loads a diffusers folder with <c>low_res_scheduler/</c>.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <param name="dtype">Precision to compute in; null means float32. The autoencoder stays in float32.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or of a class that is not supported; names it.</exception>
    public static StableDiffusionUpscalePipeline FromPretrained(string folder, Device? device = null, ScalarType? dtype = null)
    {
        var index = ModelFolder.Open(folder);
        var max = index.Settings.GetValueOrDefault("max_noise_level") is JsonValue value && value.TryGetValue<int>(out var level) ? level : DefaultMaxNoiseLevel;
        return new StableDiffusionUpscalePipeline(
            new StableDiffusionParts(
                ClipTokenizer.FromFolder(index.Component("tokenizer")),
                ClipTextModel.FromPretrained(index.Component("text_encoder"), dtype, device),
                UNet2DConditionModel.FromPretrained(index.Component("unet"), dtype, device),
                Autoencoder(index.Component("vae"), device)),
            SchedulerFactory.FromFolder(index.Component("scheduler")),
            NoiseSchedule.FromFolder(index.Component("low_res_scheduler")), max);
    }

    /// <summary>Writes a folder that diffusers and <see cref="FromPretrained"/> read.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="lowResolution">Configuration of the small pictures' chain.</param>
    /// <param name="dtype">Precision to store; null keeps the models'.</param>
    public void SavePretrained(string folder, SchedulerConfig lowResolution, ScalarType? dtype = null)
    {
        ModelFolder.BeginWrite(folder);
        parts.Tokenizer.SavePretrained(Path.Combine(folder, "tokenizer"));
        parts.TextEncoder.SavePretrained(Path.Combine(folder, "text_encoder"), dtype);
        parts.UNet.SavePretrained(Path.Combine(folder, "unet"), dtype);
        parts.Vae.SavePretrained(Path.Combine(folder, "vae"), dtype);
        SchedulerConfigFile.Write(Path.Combine(folder, "scheduler"), Scheduler.Config);
        SchedulerConfigFile.Write(Path.Combine(folder, "low_res_scheduler"), lowResolution);
        ModelFolder.WriteIndex(folder, nameof(StableDiffusionUpscalePipeline), new Dictionary<string, ModelComponent?>
        {
            ["low_res_scheduler"] = ModelComponent.Diffusers(lowResolution.ClassName),
            ["scheduler"] = ModelComponent.Diffusers(Scheduler.Config.ClassName),
            ["text_encoder"] = ModelComponent.Transformers("CLIPTextModel"),
            ["tokenizer"] = ModelComponent.Transformers("CLIPTokenizer"),
            ["unet"] = ModelComponent.Diffusers(nameof(UNet2DConditionModel)),
            ["vae"] = ModelComponent.Diffusers(nameof(AutoencoderKL)),
        }, new Dictionary<string, JsonNode?> { ["max_noise_level"] = MaxNoiseLevel });
    }

    /// <summary>Enlarges pictures.</summary>
    /// <param name="request">What to enlarge, and towards what.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Checked before every step.</param>
    /// <returns>Pictures <see cref="Scale"/> times as large.</returns>
    /// <exception cref="ArgumentException">The request cannot be honoured; the message says why.</exception>
    public ImageBatch Upscale(Upscaling request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        request.Validate();
        if (request.NoiseLevel > MaxNoiseLevel) throw new ArgumentException($"Upscaling: NoiseLevel is {request.NoiseLevel}, this model knows at most {MaxNoiseLevel}.", nameof(request));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var isGuided = Guidance.IsNeeded(request.GuidanceScale);
        var (cond, uncond) = (Encode(request.Prompts), isGuided ? Encode(request.NegativePrompts) : null);
        var small = request.Images.ToSigned();
        var results = new List<Tensor>();
        for (var first = 0; first < request.Images.Count; first += request.BatchSize)
        {
            var count = Math.Min(request.BatchSize, request.Images.Count - first);
            results.Add(TensorScope.Run(() =>
            {
                using var noise = new PictureNoise([.. Enumerable.Range(first, count).Select(i => request.Seeds?[i] ?? request.Seed.For(i))]);
                var (part, level) = (small.narrow(0, first, count), tensor(Enumerable.Repeat((long)request.NoiseLevel, count).ToArray()));
                Scheduler.SetTimesteps(request.NumInferenceSteps);
                var loop = new DenoisingLoop(parts.UNet, Scheduler)
                {
                    GuidanceScale = request.GuidanceScale, FirstImage = first, ImageCount = request.Images.Count, ClassLabels = level,
                    ExtraChannels = LowResolution.AddNoise(part, noise.Next("picture", [.. part.shape.Skip(1)]), level),
                };
                long[] shape = [parts.Vae.Config.LatentChannels, part.shape[2], part.shape[3]];
                var start = noise.Next("latents", shape) * Scheduler.InitNoiseSigma;
                Tensor Rows(Tensor states) => states.shape[0] == 1 ? states.expand(count, -1, -1) : states.narrow(0, first, count);
                var latents = loop.Run(start, new PromptEmbeddings(Rows(cond), uncond is null ? null : Rows(uncond)), () => noise.Next("steps", shape), progress, cancellationToken);
                return parts.Decode(latents).cpu();
            }));
        }
        return ImageBatch.FromSigned(cat(results));

        Tensor Encode(IReadOnlyList<string> prompts) => parts.Encode(prompts, request.Overflow);
    }

    /// <inheritdoc/>
    public void Dispose() => parts.Dispose();

    /// <summary>Loads the autoencoder. A config that does not say the scaling factor means the upscaler's, as in diffusers, not Stable Diffusion's 0.18215.</summary>
    private static AutoencoderKL Autoencoder(string folder, Device? device)
    {
        var isStated = ModelConfigFile.ReadObject(Path.Combine(folder, "config.json"))["scaling_factor"] is not null;
        return DiffusersFolder.Load(folder, (AutoencoderKLConfig config) => new AutoencoderKL(isStated ? config : config with { ScalingFactor = DefaultScalingFactor }),
            LoadOptions.Vae, null, device);
    }

    /// <summary>Named streams of noise for each picture.</summary>
    private sealed class PictureNoise(IReadOnlyList<Seed> seeds) : IDisposable
    {
        private readonly Dictionary<string, RandomStream[]> streams = [];

        public Tensor Next(string purpose, long[] shape)
        {
            if (!streams.TryGetValue(purpose, out var opened)) streams[purpose] = opened = [.. seeds.Select(s => s.For(purpose).Open())];
            return TensorScope.Run(() => stack([.. opened.Select(s => s.Normal(shape))]));
        }

        public void Dispose()
        {
            foreach (var stream in streams.Values.SelectMany(s => s)) stream.Dispose();
        }
    }
}
