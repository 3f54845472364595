using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>A model that learned a subject: its own UNet and text encoder beside the base model's autoencoder and tokenizer.</summary>
/// <remarks>The autoencoder is shared, so the base pipeline must outlive this model.</remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class PersonalizedModel : IDisposable
{
    /// <summary>Joins trained networks with the parts of <paramref name="basePipeline"/> that training leaves alone.</summary>
    /// <param name="basePipeline">The model that was personalised.</param>
    /// <param name="unet">Trained UNet; owned by this model.</param>
    /// <param name="textEncoder">Trained text encoder; owned by this model.</param>
    /// <param name="config">How it was trained.</param>
    /// <param name="log">The losses of every step of this process's part of the run.</param>
    public PersonalizedModel(
        StableDiffusionPipeline basePipeline, UNet2DConditionModel unet, ClipTextModel textEncoder, DreamBoothConfig config,
        IReadOnlyList<DreamBoothProgress> log)
    {
        Config = config;
        Log = log;
        Pipeline = new StableDiffusionPipeline(
            basePipeline.Tokenizer, textEncoder, unet, basePipeline.Vae, SchedulerFactory.FromConfig(basePipeline.Scheduler.Config));
    }

    /// <summary>The personalised pipeline, float32. Do not dispose it: its autoencoder is the base model's.</summary>
    public StableDiffusionPipeline Pipeline { get; }

    /// <summary>How the model was trained.</summary>
    public DreamBoothConfig Config { get; }

    /// <summary>Losses and gradient norms of the training steps, in order.</summary>
    public IReadOnlyList<DreamBoothProgress> Log { get; }

    /// <summary>Draws pictures of the subject; suffix and negative prompt are those of the model's contrastive decoupling.</summary>
    /// <param name="prompts">Evaluation prompts without suffix, for example "a photo of sks person".</param>
    /// <param name="sampling">How many, and how.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="decoupling">Suffix and negative prompt, when they shall differ from what the model was trained with.</param>
    /// <param name="progress">Hears of sampling steps.</param>
    /// <param name="cancellationToken">Stops between two sampling steps.</param>
    /// <returns>The pictures of the first prompt, then of the second, …, rounded to 8 bits.</returns>
    public ImageBatch Generate(
        IReadOnlyList<string> prompts, SamplingConfig sampling, Seed seed, ContrastiveDecoupling? decoupling = null,
        IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        decoupling ??= Config.Decoupling;
        decoupling.Validate();
        var request = sampling.Request([.. prompts.Select(decoupling.SamplingPrompt)], decoupling.SamplingNegativePrompt, seed);
        using var drawn = SamplingPipeline.Run(Pipeline, request, sampling.Precision, progress, cancellationToken);
        return drawn.Quantize();
    }

    /// <summary>Writes a diffusers folder that <see cref="StableDiffusionPipeline.FromPretrained"/> and diffusers read.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="dtype">Precision to store; null = float32.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => Pipeline.SavePretrained(folder, dtype);

    /// <summary>Frees the trained networks; the base pipeline stays whole.</summary>
    public void Dispose()
    {
        Pipeline.UNet.Dispose();
        Pipeline.TextEncoder.Dispose();
    }
}
