using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Schedulers;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Stable Diffusion as a diffusers folder: model_index.json, unet/, vae/, text_encoder/, tokenizer/, scheduler/.</summary>
public static class StableDiffusionFolder
{
    private const string ClassName = nameof(StableDiffusionPipeline);

    /// <summary>Loads a pipeline from a diffusers folder; weights may be stored in 16 or 32 bit.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <param name="dtype">
    /// Precision to compute in; null means float32. In 16 bit the autoencoder stays float32: its activations overflow float16, and attacks take its gradient.
    /// </param>
    /// <exception cref="WeightsException">A file is missing, damaged, or of a class that is not supported; names it.</exception>
    /// <exception cref="InvalidDataException">The scheduler or tokenizer is not supported; names the file.</exception>
    public static StableDiffusionPipeline Load(string folder, Device? device = null, ScalarType? dtype = null)
    {
        var index = ModelFolder.Open(folder);
        index.ClassOf("unet", nameof(UNet2DConditionModel));
        index.ClassOf("vae", nameof(AutoencoderKL));
        index.ClassOf("text_encoder", "CLIPTextModel");
        index.ClassOf("tokenizer", "CLIPTokenizer", "CLIPTokenizerFast");
        RequireTextToImage(index);
        var scheduler = Corrected(index.Component("scheduler"));
        return new StableDiffusionPipeline(
            ClipTokenizer.FromFolder(index.Component("tokenizer")),
            ClipTextModel.FromPretrained(index.Component("text_encoder"), dtype, device),
            UNet2DConditionModel.FromPretrained(index.Component("unet"), dtype, device),
            AutoencoderKL.FromPretrained(index.Component("vae"), dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : dtype, device),
            scheduler);
    }

    /// <summary>
    /// The scheduler as diffusers' StableDiffusionPipeline takes it, which corrects what early folders got wrong: latents are not pixels and are not clipped, and the
    /// steps of a leading grid begin at 1.
    /// </summary>
    private static IScheduler Corrected(string folder)
    {
        var read = SchedulerFactory.FromFolder(folder);
        var config = read.Config with { ClipSample = false, StepsOffset = read.Config.TimestepSpacing is TimestepSpacing.Leading ? 1 : read.Config.StepsOffset };
        return config == read.Config ? read : SchedulerFactory.FromConfig(config);
    }

    // Before gigabytes are read.
    private static void RequireTextToImage(ModelFolder index)
    {
        if (index.Has("text_encoder_2"))
            throw new WeightsException(index.Path, null, $"{index.ClassName} has a second text encoder: Stable Diffusion XL is not supported (expected 1.x or 2.x)");
        var config = Path.Combine(index.Component("unet"), "config.json");
        var channels = ModelConfigFile.Read<UNet2DConditionConfig>(config).InChannels;
        var latents = ModelConfigFile.Read<AutoencoderKLConfig>(Path.Combine(index.Component("vae"), "config.json")).LatentChannels;
        if (channels != latents)
            throw new WeightsException(config, null, $"in_channels is {channels}, but the autoencoder has {latents} latent channels: expected a text-to-image model, not one for inpainting, editing or upscaling");
    }

    /// <summary>Writes a pipeline as a folder that diffusers and <see cref="Load"/> read.</summary>
    /// <param name="pipeline">The pipeline; it needs a tokenizer.</param>
    /// <param name="folder">Created when missing; files of the same names are replaced.</param>
    /// <param name="dtype">Precision to store, for example Float16; null keeps the models'.</param>
    public static void Save(StableDiffusionPipeline pipeline, string folder, ScalarType? dtype = null)
    {
        var tokenizer = pipeline.Tokenizer ?? throw new InvalidOperationException("A pipeline without a tokenizer cannot be saved.");
        string In(string component) => Path.Combine(folder, component);
        ModelFolder.BeginWrite(folder);
        tokenizer.SavePretrained(In("tokenizer"));
        pipeline.TextEncoder.SavePretrained(In("text_encoder"), dtype);
        pipeline.UNet.SavePretrained(In("unet"), dtype);
        pipeline.Vae.SavePretrained(In("vae"), dtype);
        WriteIndex(folder, pipeline.Scheduler.Config);
    }

    /// <summary>Writes model_index.json and the scheduler's config, which turn component folders into a pipeline.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="scheduler">The sampler that a loaded pipeline starts with.</param>
    public static void WriteIndex(string folder, SchedulerConfig scheduler)
    {
        SchedulerConfigFile.Write(Path.Combine(folder, "scheduler"), scheduler);
        ModelFolder.WriteIndex(folder, ClassName, new Dictionary<string, ModelComponent?>
        {
            ["feature_extractor"] = null,
            ["image_encoder"] = null,
            ["safety_checker"] = null,
            ["scheduler"] = ModelComponent.Diffusers(scheduler.ClassName),
            ["text_encoder"] = ModelComponent.Transformers("CLIPTextModel"),
            ["tokenizer"] = ModelComponent.Transformers("CLIPTokenizer"),
            ["unet"] = ModelComponent.Diffusers(nameof(UNet2DConditionModel)),
            ["vae"] = ModelComponent.Diffusers(nameof(AutoencoderKL)),
        }, new Dictionary<string, JsonNode?> { ["requires_safety_checker"] = false });
    }
}
