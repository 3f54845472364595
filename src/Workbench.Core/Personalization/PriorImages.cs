using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Personalization;

/// <summary>What the base model is held to while it learns a subject (prior preservation): its own pictures of the class and, where asked for, of the negative prompt.</summary>
/// <param name="Class">Pictures of the class.</param>
/// <param name="Negative">Pictures of the negative prompt; needed where <see cref="DreamBoothConfig.NegativePromptShare"/> is above 0.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record PriorImages(ImageBatch Class, ImageBatch? Negative = null) : IDisposable
{
    /// <summary>The pictures that <paramref name="config"/> asks for; null without prior preservation.</summary>
    /// <param name="pipeline">The base model, which draws them.</param>
    /// <param name="config">Class prompt, negative prompt, how many and how.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="cacheFolder">See <see cref="ClassImages.Get"/>.</param>
    /// <param name="progress">Hears of sampling steps; silent when the pictures are cached.</param>
    /// <param name="cancellationToken">Stops between two sampling steps.</param>
    public static PriorImages? Get(
        StableDiffusionPipeline pipeline, DreamBoothConfig config, Seed seed, string? cacheFolder = null,
        IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!config.WithPriorPreservation) return null;
        var ofClass = ClassImages.Get(pipeline, config.ClassPrompt, config.ClassSampling, seed, cacheFolder, progress, cancellationToken);
        if (config.NegativePromptShare == 0) return new PriorImages(ofClass);
        try
        {
            var fewer = config.ClassSampling with { ImagesPerPrompt = Math.Max(1, (int)Math.Ceiling(config.ClassSampling.ImagesPerPrompt * config.NegativePromptShare)) };
            return new PriorImages(ofClass, ClassImages.Get(
                pipeline, config.Decoupling.NegativePrompt, fewer, seed.For("negative prompt"), cacheFolder, progress, cancellationToken));
        }
        catch
        {
            ofClass.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Class.Dispose();
        Negative?.Dispose();
    }
}
