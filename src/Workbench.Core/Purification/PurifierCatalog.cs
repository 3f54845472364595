using System.Globalization;
using Workbench.Models.CodeFormer;
using Workbench.Models.PixelDiffusion;
using Workbench.Models.SuperResolution;
using Workbench.Models.Vae;
using Workbench.Pipelines;

namespace Workbench.Purification;

/// <summary>All purifiers that a chain can name.</summary>
public static class PurifierCatalog
{
    /// <summary>The purifiers, in the order of the paper's table.</summary>
    public static IReadOnlyList<PurifierEntry> All { get; } =
    [
        new("none", "Nothing", "", (_, _) => new NonePurifier()),
        new("oracle", "Clean pictures", "", (sources, _) => new OraclePurifier(Need(sources.Clean, "oracle", "the clean pictures"))),
        new("gau", "Gaussian filter", "sigma, pixels", (_, sigma) => new GaussianFilter(sigma is { } s
            ? new GaussianFilterOptions { Sigma = s, ReferenceSide = null } : null)),
        new("tvm", "Total variation minimisation", "weight", (_, weight) => new TotalVariation(weight is { } w
            ? TotalVariationOptions.PerChannel with { Weight = w } : null)),
        new("jpeg", "JPEG", "quality", (_, quality) => new JpegCompression(quality is { } q ? new JpegOptions { Quality = Whole("jpeg", q) } : null)),
        new("pdiffp", "PixelDiffPure", "timestep", (sources, t) => new PixelDiffPure(Pixels(sources, "pdiffp"),
            t is { } step ? PixelDiffPure.Paper with { Timestep = Whole("pdiffp", step) } : null), sources => [sources.PixelDiffusion]),
        new("eldiffp", "LatentDiffPure-∅", "timestep", (sources, t) => new LatentDiffPure(Latents(sources, "eldiffp"), LatentOptions(sources, t, "eldiffp").WithEmptyPrompt()), TextToImageParts),
        new("ldiffp", "LatentDiffPure", "timestep", (sources, t) => new LatentDiffPure(Latents(sources, "ldiffp"), LatentOptions(sources, t, "ldiffp")), TextToImageParts),
        new("ddspure", "DDSPure", "perturbation, 255ths", (sources, r) => new DdsPure(Pixels(sources, "ddspure"),
            r is { } levels ? DdsPureOptions.Paper with { Levels = levels } : null), sources => [sources.PixelDiffusion]),
        new("gridpure", "GrIDPure", "passes", (sources, n) => new GridPure(Pixels(sources, "gridpure"),
            n is { } passes ? GridPure.Paper with { Iterations = Whole("gridpure", passes) } : null), sources => [sources.PixelDiffusion]),
        new("impress", "IMPRESS", "iterations", (sources, steps) => new ImpressPurifier(
            AutoencoderKL.FromPretrained(Need(sources.Autoencoder, "impress", "the folder of an AutoencoderKL")), sources.PerceptualDistance,
            steps is { } n ? ImpressOptions.Paper with { Iterations = Whole("impress", n) } : null), sources => [sources.Autoencoder]),
        new("code", "CodeFormer", "fidelity weight", (sources, w) => new CodeFormerPurifier(
            CodeFormerModel.FromPretrained(Need(sources.Restorer, "code", "the folder of a CodeFormer")),
            w is { } weight ? new CodeFormerOptions { FidelityWeight = weight } : null,
            sources.FaceCascades is { } cascades ? HaarFaceLocator.FromFolder(cascades) : null), sources => [sources.Restorer, sources.FaceCascades]),
        new("sr", "Super-resolution", "", (sources, _) => Enlarger(sources, "sr"), sources => [sources.Upscaler]),
        new("noisyup", "Noisy upscaling", "noise, 255ths", (sources, sigma) => new NoisyUpscaling(Enlarger(sources, "noisyup", DiffusionUpscalingOptions.NoisyUpscaling),
            sigma is { } levels ? NoisyUpscalingOptions.Paper with { Sigma = levels / 255 } : null), sources => [sources.Upscaler]),
        new("pdmpure", "PDM-Pure", "timestep, about", (sources, t) => new PdmPure(Pixels(sources, "pdmpure"), Enlarger(sources, "pdmpure", DiffusionUpscalingOptions.PdmPure),
            t is { } step ? PdmPureOptions.Paper with { Timestep = Whole("pdmpure", step) } : null), sources => [sources.PixelDiffusion, sources.Upscaler]),
    ];

    /// <summary>Makes one purifier from a name such as <c>sr</c> or <c>jpeg(50)</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown, the argument is wrong, or a source is missing.</exception>
    public static IPurifier Create(string name, PurifierSources sources)
    {
        var (entry, open) = (Find(name), name.IndexOf('(', StringComparison.Ordinal));
        return entry.Create(sources, open < 0 ? null : Argument(name, open, entry));
    }

    /// <summary>The entry of a name such as <c>sr</c> or <c>jpeg(50)</c>.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static PurifierEntry Find(string name)
    {
        var bare = name.Split('(', 2)[0].Trim();
        return All.FirstOrDefault(e => e.Name == bare)
            ?? throw new ArgumentException($"There is no purifier '{bare}'; known are {string.Join(", ", All.Select(e => e.Name))}.", nameof(name));
    }

    /// <summary>Whether a purifier draws random numbers, so that two seeds give two pictures.</summary>
    /// <param name="name">A name such as <c>sr</c> or <c>jpeg(50)</c>.</param>
    /// <param name="sources">Says what upscales: a network draws nothing, a diffusion pipeline does.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static bool IsRandom(string name, PurifierSources sources) => Find(name).Name switch
    {
        "pdiffp" or "eldiffp" or "ldiffp" or "ddspure" or "gridpure" or "impress" or "noisyup" or "pdmpure" => true,
        "sr" => IsPipeline(sources),
        _ => false,
    };

    private static double Argument(string name, int open, PurifierEntry entry)
    {
        if (entry.ArgumentMeaning.Length == 0) throw new ArgumentException($"Purifier '{entry.Name}' takes no argument, got '{name}'.", nameof(name));
        return name.EndsWith(')') && double.TryParse(name[(open + 1)..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
            : throw new ArgumentException($"'{name}': expected {entry.Name}({entry.ArgumentMeaning}), for example {entry.Name}(1.5).", nameof(name));
    }

    private static int Whole(string name, double value) => Math.Abs(value) < 1e6 && value == Math.Truncate(value) ? (int)value
        : throw new ArgumentException($"Purifier '{name}' takes a whole number, got {value}.", nameof(value));

    private static GuidedDiffusionUNet Pixels(PurifierSources sources, string name) =>
        GuidedDiffusionUNet.FromPretrained(Need(sources.PixelDiffusion, name, "the folder of a pixel-space diffusion model"));

    private static StableDiffusionPipeline Latents(PurifierSources sources, string name) =>
        StableDiffusionPipeline.FromPretrained(Need(sources.TextToImage, name, "the folder of a text-to-image model"));

    /// <summary>Of the folder of a whole model, which may hold other networks beside.</summary>
    private static string?[] TextToImageParts(PurifierSources sources) =>
        sources.TextToImage is { } folder ? [Path.Combine(folder, "unet"), Path.Combine(folder, "vae"), Path.Combine(folder, "text_encoder")] : [null];

    private static LatentDiffPureOptions LatentOptions(PurifierSources sources, double? timestep, string name)
    {
        var options = (sources.LatentDiffPure ?? LatentDiffPureOptions.Paper).OfClass(sources.Class);
        if (timestep is not { } given) return options;
        var last = Whole(name, given);
        return options with { Timestep = last, Steps = options.Steps is { } steps ? Math.Min(steps, last + 1) : null };
    }

    /// <summary>A folder of a whole pipeline is a diffusion upscaler, any other a network.</summary>
    private static IPurifier Enlarger(PurifierSources sources, string name, DiffusionUpscalingOptions? diffusion = null)
    {
        var folder = Need(sources.Upscaler, name, "the folder of an upscaler");
        return IsPipeline(sources)
            ? new DiffusionUpscaling(StableDiffusionUpscalePipeline.FromPretrained(folder), (diffusion ?? DiffusionUpscalingOptions.Paper).OfClass(sources.Class))
            : new SuperResolutionPurifier(Upscaler.FromPretrained(folder));
    }

    private static bool IsPipeline(PurifierSources sources) => sources.Upscaler is { } folder && File.Exists(Path.Combine(folder, "model_index.json"));

    private static T Need<T>(T? source, string name, string what) where T : class =>
        source ?? throw new ArgumentException($"Purifier '{name}' needs {what}, and none was given.", nameof(source));
}
