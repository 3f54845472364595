using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Models.CodeFormer;
using Workbench.Models.PixelDiffusion;
using Workbench.Models.SuperResolution;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Weights;

namespace Workbench.Purification;

/// <summary>All purifiers that a chain can name.</summary>
public static class PurifierCatalog
{
    /// <summary>The purifiers, in the order of the paper's table.</summary>
    public static IReadOnlyList<PurifierEntry> All { get; } =
    [
        new("none", "Nothing", "", (_, _) => new NonePurifier()),
        new("oracle", "Clean pictures", "", (sources, _) => new OraclePurifier(Need(sources.Clean, "oracle", "the clean pictures"))),
        PurifierEntry.With("gau", "Gaussian filter", "sigma, pixels",
            (sources, sigma) => sigma is { } s ? sources.Settings.Gaussian with { Sigma = s, ReferenceSide = null } : sources.Settings.Gaussian,
            (_, options) => new GaussianFilter(options)),
        PurifierEntry.With("tvm", "Total variation minimisation", "weight",
            (sources, weight) => weight is { } w ? sources.Settings.TotalVariation with { Weight = w } : sources.Settings.TotalVariation,
            (_, options) => new TotalVariation(options)),
        PurifierEntry.With("jpeg", "JPEG", "quality",
            (sources, quality) => quality is { } q ? sources.Settings.Jpeg with { Quality = Whole("jpeg", q) } : sources.Settings.Jpeg,
            (_, options) => new JpegCompression(options)),
        PurifierEntry.With("pdiffp", "PixelDiffPure", "timestep",
            (sources, t) => t is { } step ? sources.Settings.PixelDiffPure with { Timestep = Whole("pdiffp", step) } : sources.Settings.PixelDiffPure,
            (sources, options) => new PixelDiffPure(Pixels(sources, "pdiffp"), options)) with { Reads = PixelParts },
        PurifierEntry.With("eldiffp", "LatentDiffPure-∅", "timestep", (sources, t) => LatentOptions(sources, t, "eldiffp").WithEmptyPrompt(),
            (sources, options) => new LatentDiffPure(Latents(sources, "eldiffp"), options)) with { Reads = TextToImageParts },
        PurifierEntry.With("ldiffp", "LatentDiffPure", "timestep", (sources, t) => LatentOptions(sources, t, "ldiffp"),
            (sources, options) => new LatentDiffPure(Latents(sources, "ldiffp"), options)) with { Reads = TextToImageParts },
        PurifierEntry.With("ddspure", "DDSPure", "perturbation, 255ths",
            (sources, r) => r is { } levels ? sources.Settings.DdsPure with { Levels = levels } : sources.Settings.DdsPure,
            (sources, options) => new DdsPure(Pixels(sources, "ddspure"), options)) with { Reads = PixelParts },
        PurifierEntry.With("gridpure", "GrIDPure", "passes",
            (sources, n) => n is { } passes ? sources.Settings.GridPure with { Iterations = Whole("gridpure", passes) } : sources.Settings.GridPure,
            (sources, options) => new GridPure(Pixels(sources, "gridpure"), options)) with { Reads = PixelParts },
        PurifierEntry.With("impress", "IMPRESS", "iterations",
            (sources, n) => n is { } steps ? sources.Settings.Impress with { Iterations = Whole("impress", steps) } : sources.Settings.Impress,
            (sources, options) => new ImpressPurifier(
                Read(sources, Need(sources.Autoencoder, "impress", "the folder of an AutoencoderKL"), folder => AutoencoderKL.FromPretrained(folder, device: sources.Device)), sources.PerceptualDistance, options))
            with { Reads = sources => [new("vae", sources.Autoencoder)] },
        PurifierEntry.With("code", "CodeFormer", "fidelity weight",
            (sources, w) => w is { } weight ? sources.Settings.CodeFormer with { FidelityWeight = weight } : sources.Settings.CodeFormer,
            (sources, options) => !sources.ShowsPeople ? new NonePurifier() : new CodeFormerPurifier(
                Read(sources, Need(sources.Restorer, "code", "the folder of a CodeFormer"), folder => CodeFormerModel.FromPretrained(folder, sources.Device)), options, Faces(sources)))
            with { Reads = sources => sources.ShowsPeople ? [new("restoration", sources.Restorer), .. FaceParts(sources)] : [] },
        PurifierEntry.With("sr", "Super-resolution", "",
            (sources, _) => new UpscalerSettings<IPurifierOptions>(null, Upscaling(sources.Upscaler, sources.Settings.Upscaling, sources)),
            (sources, options) => Enlarger(sources.Upscaler, "sr", options.Upscaling, sources)) with { Reads = UpscalerParts },
        PurifierEntry.With("ldmsr", "Latent diffusion super-resolution", "noise level", (sources, level) => (level is { } given
                ? sources.Settings.Upscaling with { NoiseLevel = Whole("ldmsr", given) } : sources.Settings.Upscaling).OfClass(sources.Class),
            (sources, options) => LatentEnlarger(sources, "ldmsr", options)) with { Reads = LatentUpscalerParts },
        PurifierEntry.With("noisyup", "Noisy upscaling", "noise, 255ths", (sources, sigma) => new UpscalerSettings<NoisyUpscalingOptions>(
                sigma is { } levels ? sources.Settings.NoisyUpscaling with { Sigma = levels / 255 } : sources.Settings.NoisyUpscaling,
                Upscaling(OfNoise(sources), sources.Settings.UpscalingOfNoise, sources)),
            (sources, options) => new NoisyUpscaling(Enlarger(OfNoise(sources), "noisyup", options.Upscaling, sources), options.Purifier))
            with { Reads = LatentUpscalerParts },
        PurifierEntry.With("pdmpure", "PDM-Pure", "timestep, about", (sources, t) => new UpscalerSettings<PdmPureOptions>(
                t is { } step ? sources.Settings.PdmPure with { Timestep = Whole("pdmpure", step) } : sources.Settings.PdmPure,
                Upscaling(sources.Upscaler, sources.Settings.UpscalingOfPdmPure, sources)),
            (sources, options) => new PdmPure(Pixels(sources, "pdmpure"), Enlarger(sources.Upscaler, "pdmpure", options.Upscaling, sources), options.Purifier))
            with { Reads = sources => [.. PixelParts(sources), .. UpscalerParts(sources)] },
    ];

    /// <summary>Makes one purifier from a name such as <c>sr</c> or <c>jpeg(50)</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown, the argument is wrong, or a source is missing.</exception>
    public static IPurifier Create(string name, PurifierSources sources)
    {
        var entry = Find(name);
        return entry.Create(sources, Argument(name, entry));
    }

    /// <summary>The options in force for a name such as <c>sr</c> or <c>jpeg(50)</c>, with snake_case keys; null where the purifier has none. Nothing is loaded.</summary>
    /// <exception cref="ArgumentException">The name is unknown, or the argument is wrong.</exception>
    public static JsonNode? Settings(string name, PurifierSources sources)
    {
        var entry = Find(name);
        return entry.Settings(sources, Argument(name, entry)) is { } options ? JsonSerializer.SerializeToNode(options, options.GetType(), ModelConfigFile.Options) : null;
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
    /// <param name="sources">Says what upscales: a network draws nothing, a diffusion pipeline does; and whether <c>tvm</c> leaves values out.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static bool IsRandom(string name, PurifierSources sources) => Find(name).Name switch
    {
        "pdiffp" or "eldiffp" or "ldiffp" or "ddspure" or "gridpure" or "impress" or "ldmsr" or "noisyup" or "pdmpure" => true,
        "sr" => IsPipeline(sources.Upscaler),
        "tvm" => sources.Settings.TotalVariation is { Kind: TotalVariationKind.RowsAndColumns, DropRate: > 0 },
        _ => false,
    };

    private static double? Argument(string name, PurifierEntry entry)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return null;
        if (entry.ArgumentMeaning.Length == 0) throw new ArgumentException($"Purifier '{entry.Name}' takes no argument, got '{name}'.", nameof(name));
        return name.EndsWith(')') && double.TryParse(name[(open + 1)..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
            : throw new ArgumentException($"'{name}': expected {entry.Name}({entry.ArgumentMeaning}), a number in parentheses.", nameof(name));
    }

    private static int Whole(string name, double value) => Math.Abs(value) < 1e6 && value == Math.Truncate(value) ? (int)value
        : throw new ArgumentException($"Purifier '{name}' takes a whole number, got {value}.", nameof(value));

    private static T Read<T>(PurifierSources sources, string folder, Func<string, T> load) where T : class => sources.Networks.Of(folder, sources, load);

    private static GuidedDiffusionUNet Pixels(PurifierSources sources, string name) =>
        Read(sources, Need(sources.PixelDiffusion, name, "the folder of a pixel-space diffusion model"), folder => GuidedDiffusionUNet.FromPretrained(folder, device: sources.Device));

    private static IReadOnlyList<ModelPart> PixelParts(PurifierSources sources) => [new("pixel_diffusion", sources.PixelDiffusion)];

    private static StableDiffusionPipeline Latents(PurifierSources sources, string name) =>
        Read(sources, Need(sources.TextToImage, name, "the folder of a text-to-image model"), folder => StableDiffusionPipeline.FromPretrained(folder, sources.Device, sources.PipelineDType));

    /// <summary>Of the folder of a whole model, which may hold other networks beside.</summary>
    private static IReadOnlyList<ModelPart> TextToImageParts(PurifierSources sources) =>
        [.. new[] { "unet", "vae", "text_encoder", "tokenizer", "scheduler" }.Select(part => new ModelPart($"text_to_image/{part}", sources.TextToImage is { } folder ? Path.Combine(folder, part) : null))];

    private static LatentDiffPureOptions LatentOptions(PurifierSources sources, double? timestep, string name)
    {
        var options = sources.Settings.LatentDiffPure.OfClass(sources.Class);
        if (timestep is not { } given) return options;
        var last = Whole(name, given);
        return options with { Timestep = last, Steps = options.Steps is { } steps ? Math.Min(steps, last + 1) : null };
    }

    /// <summary>The upscaler that knows how much noise its small picture has, where there is one.</summary>
    private static string? OfNoise(PurifierSources sources) => sources.LatentUpscaler ?? sources.Upscaler;

    /// <summary>A folder of a whole pipeline is a diffusion upscaler, any other a network.</summary>
    private static IPurifier Enlarger(string? upscaler, string name, DiffusionUpscalingOptions? options, PurifierSources sources)
    {
        var folder = Need(upscaler, name, "the folder of an upscaler");
        return options is not null ? Latent(folder, options, name, sources) : new SuperResolutionPurifier(Read(sources, folder, f => Upscaler.FromPretrained(f, sources.Device)));
    }

    private static DiffusionUpscaling LatentEnlarger(PurifierSources sources, string name, DiffusionUpscalingOptions options) =>
        Latent(Need(IsPipeline(OfNoise(sources)) ? OfNoise(sources) : null, name, "the folder of a whole Stable Diffusion upscaler"), options, name, sources);

    private static DiffusionUpscaling Latent(string folder, DiffusionUpscalingOptions options, string name, PurifierSources sources) =>
        new(Read(sources, folder, f => StableDiffusionUpscalePipeline.FromPretrained(f, sources.Device, sources.PipelineDType)), options, name);

    private static DiffusionUpscalingOptions? Upscaling(string? upscaler, DiffusionUpscalingOptions options, PurifierSources sources) =>
        IsPipeline(upscaler) ? options.OfClass(sources.Class) : null;

    private static bool IsPipeline(string? upscaler) => upscaler is not null && File.Exists(Path.Combine(upscaler, "model_index.json"));

    private static IReadOnlyList<ModelPart> UpscalerParts(PurifierSources sources) => [new("super_resolution", sources.Upscaler)];

    private static IReadOnlyList<ModelPart> LatentUpscalerParts(PurifierSources sources) =>
        sources.LatentUpscaler is { } latent ? [new("upscaler", latent)] : UpscalerParts(sources);

    private static IFaceLocator? Faces(PurifierSources sources) => sources switch
    {
        { FaceDetector: not null, FaceCascades: not null } => throw new ArgumentException("Faces are found by a detector or by Haar cascades, not by both; name one."),
        { FaceDetector: null, FaceLandmarks: not null } => throw new ArgumentException("A network of landmarks needs a face detector beside it, which finds the faces."),
        { FaceDetector: { } detector } => new OnnxFaceLocator(detector, sources.FaceLandmarks),
        { FaceCascades: { } cascades } => HaarFaceLocator.FromFolder(cascades),
        _ => null,
    };

    private static IReadOnlyList<ModelPart> FaceParts(PurifierSources sources) =>
        [new("face_cascades", sources.FaceCascades), new("face_detector", sources.FaceDetector), new("face_landmarks", sources.FaceLandmarks)];

    private static T Need<T>(T? source, string name, string what) where T : class =>
        source ?? throw new ArgumentException($"Purifier '{name}' needs {what}, and none was given.", nameof(source));
}
