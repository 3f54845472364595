using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.SuperResolution;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Held-out scores of an upscaler: how close to the clean portrait it comes from a shrunk one, clean or degraded.</summary>
public static class UpscalerScores
{
    /// <summary>
    /// Mean PSNR in dB to clean held-out portraits: of the degraded picture itself, of bicubic shrinking and enlarging, and of the network.
    /// </summary>
    /// <param name="upscaler">The network.</param>
    /// <param name="count">Portraits.</param>
    /// <returns><c>clean</c>, <c>sign11</c>, <c>sign16</c>, <c>swirls11</c>, <c>swirls16</c>, <c>blur</c>, each with <c>_input</c>, <c>_bicubic</c> and <c>_network</c>.</returns>
    public static IReadOnlyDictionary<string, double> Measure(SuperResolutionNetwork upscaler, int count) =>
        Measure(small => Upscaled(upscaler, small), upscaler.Scale, count);

    /// <summary>The same of a latent diffusion upscaler.</summary>
    /// <param name="upscaler">The upscaler.</param>
    /// <param name="count">Portraits.</param>
    /// <param name="options">Steps, guidance and noise level; null for <see cref="DiffusionUpscalingOptions.MiniWorld"/>.</param>
    public static IReadOnlyDictionary<string, double> Measure(StableDiffusionUpscalePipeline upscaler, int count, DiffusionUpscalingOptions? options = null) =>
        Measure(small => Upscaled(upscaler, small, options ?? DiffusionUpscalingOptions.MiniWorld), upscaler.Scale, count);

    private static Dictionary<string, double> Measure(Func<RgbImage[], RgbImage[]> upscale, int scale, int count)
    {
        var mix = SampleMix.CleanPeople with { HeldOut = true };
        RgbImage[] clean = [.. WorldBatches.Samples(new Seed(81), 0, 0, count, mix).Select(s => s.Image)];
        var scores = new Dictionary<string, double>();
        foreach (var (name, degradation) in Cases())
        {
            RgbImage[] input = [.. clean.Select((image, i) => degradation is null ? image
                : Degrader.Apply(image, degradation with { Detail = new Seed(82).For(i) }))];
            RgbImage[] small = [.. input.Select(i => i.Resize(i.Width / scale, i.Height / scale))];
            if (degradation is not null) scores[$"{name}_input"] = Psnr(input, clean);
            scores[$"{name}_bicubic"] = Psnr([.. small.Select((s, i) => s.Resize(clean[i].Width, clean[i].Height))], clean);
            scores[$"{name}_network"] = Psnr(upscale(small), clean);
        }
        return scores;
    }

    private static IEnumerable<(string Name, Degradation? Degradation)> Cases()
    {
        yield return ("clean", null);
        yield return ("sign11", new Degradation(DegradationKind.Noise, Texture.Sign, 11, default));
        yield return ("sign16", new Degradation(DegradationKind.Noise, Texture.Sign, 16, default));
        yield return ("swirls11", new Degradation(DegradationKind.Pattern, Texture.Swirls, 11, default));
        yield return ("swirls16", new Degradation(DegradationKind.Pattern, Texture.Swirls, 16, default));
        yield return ("blur", new Degradation(DegradationKind.Blur, default, 1.5f, default));
    }

    private static RgbImage[] Upscaled(SuperResolutionNetwork upscaler, RgbImage[] small)
    {
        using var pixels = TensorScope.Inference(() => upscaler.Upscale(WorldBatches.Signed(small).mul(0.5).add(0.5)));
        using var batch = ImageBatch.FromUnit(pixels);
        return [.. batch.Images()];
    }

    private static RgbImage[] Upscaled(StableDiffusionUpscalePipeline upscaler, RgbImage[] small, DiffusionUpscalingOptions options)
    {
        using var images = ImageBatch.FromImages(small);
        using var enlarged = upscaler.Upscale(new Upscaling
        {
            Images = images, Prompt = options.Prompt, NumInferenceSteps = options.Steps, GuidanceScale = options.GuidanceScale, NoiseLevel = options.NoiseLevel,
            Seed = new Seed(84), Overflow = PromptOverflow.Truncate,
        });
        return [.. enlarged.Images()];
    }

    private static double Psnr(RgbImage[] pictures, RgbImage[] clean) => pictures.Zip(clean, (picture, truth) =>
        -10 * Math.Log10(picture.Pixels.Zip(truth.Pixels, (p, q) => (p - q) / 255.0 * ((p - q) / 255.0)).Average())).Average();
}
