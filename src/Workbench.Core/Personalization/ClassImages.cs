using System.Globalization;
using System.Text.Json;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Personalization;

/// <summary>
/// Pictures of the class for prior preservation, drawn by the base model from the plain class prompt and kept in a folder for the next run.
/// </summary>
/// <remarks>The noise token of contrastive decoupling is never part of the prompt here, as in the paper.</remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public static class ClassImages
{
    private const string KeyFile = "class-images.txt";

    /// <summary>The pictures: from <paramref name="cacheFolder"/> when it holds those of the same model, prompt, settings and seed; else drawn.</summary>
    /// <param name="pipeline">The base model.</param>
    /// <param name="classPrompt">For example "a photo of person".</param>
    /// <param name="sampling">How many, and how.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="cacheFolder">A folder that keeps sets of class pictures, one subfolder a set; null: draw, keep nothing.</param>
    /// <param name="progress">Hears of sampling steps; silent when the pictures are cached.</param>
    /// <param name="cancellationToken">Stops between two sampling steps; the cache is then as it was.</param>
    public static ImageBatch Get(
        StableDiffusionPipeline pipeline, string classPrompt, SamplingConfig sampling, Seed seed, string? cacheFolder = null,
        IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (cacheFolder is null) return Draw(pipeline, classPrompt, sampling, seed, progress, cancellationToken);
        var key = Key(pipeline, classPrompt, sampling, seed);
        var folder = Path.Combine(cacheFolder, Fingerprint.OfText(key)[..16]);
        // The key file is written last: a folder without it is the rest of a killed run.
        var keyFile = Path.Combine(folder, KeyFile);
        if (File.Exists(keyFile) && File.ReadAllText(keyFile) == key && Directory.GetFiles(folder, "*.png").Length == sampling.ImagesPerPrompt) return ImageBatch.Load(folder);
        if (Directory.Exists(folder)) File.Delete(keyFile);
        using var drawn = Draw(pipeline, classPrompt, sampling, seed, progress, cancellationToken);
        drawn.SavePngs(folder);
        Weights.AtomicFile.WriteText(keyFile, key);
        return drawn.Quantize();
    }

    private static ImageBatch Draw(
        StableDiffusionPipeline pipeline, string prompt, SamplingConfig sampling, Seed seed, IProgress<DenoisingProgress>? progress, CancellationToken cancellationToken)
    {
        using var drawn = SamplingPipeline.Run(pipeline, sampling.Request([prompt], "", seed), sampling.Precision, progress, cancellationToken);
        return drawn.Quantize();
    }

    private static string Key(StableDiffusionPipeline pipeline, string prompt, SamplingConfig sampling, Seed seed) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        prompt {prompt}
        images {sampling.ImagesPerPrompt}
        steps {sampling.NumInferenceSteps}
        guidance {sampling.GuidanceScale}
        precision {sampling.Precision}
        seed {seed}
        scheduler {JsonSerializer.Serialize(pipeline.Scheduler.Config, ModelConfigFile.Options)}
        unet {Fingerprint.Of(pipeline.UNet)}
        text_encoder {Fingerprint.Of(pipeline.TextEncoder)}
        vae {Fingerprint.Of(pipeline.Vae)}

        """);
}
