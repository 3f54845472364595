namespace Workbench.Purification;

/// <summary>Settings of every purifier that a chain can name; the number in <c>name(number)</c> goes before them.</summary>
public sealed record PurifierSettings
{
    /// <summary>The published settings.</summary>
    public static PurifierSettings Paper { get; } = new();

    /// <summary>As <see cref="Paper"/>, but for purifiers whose prompts or steps are made for large models.</summary>
    public static PurifierSettings MiniWorld { get; } = new()
    {
        PixelDiffPure = Purification.PixelDiffPure.MiniWorld,
        GridPure = Purification.GridPure.MiniWorld,
        DdsPure = DdsPureOptions.MiniWorld,
        LatentDiffPure = LatentDiffPureOptions.MiniWorld,
        PdmPure = PdmPureOptions.MiniWorld,
        NoisyUpscaling = NoisyUpscalingOptions.MiniWorld,
        Upscaling = DiffusionUpscalingOptions.MiniWorld,
        // Level 320 leaves nothing of a face of 64 pixels (23 dB to the clean picture); at 120 clean and protected photos come out alike (27 dB).
        UpscalingOfNoise = DiffusionUpscalingOptions.MiniWorld with { Shrink = false, NoiseLevel = 120 },
        UpscalingOfPdmPure = DiffusionUpscalingOptions.MiniWorld,
    };

    /// <summary>Few steps everywhere.</summary>
    public static PurifierSettings Smoke { get; } = new()
    {
        PixelDiffPure = Purification.PixelDiffPure.Smoke,
        GridPure = Purification.GridPure.Smoke,
        DdsPure = DdsPureOptions.Smoke,
        LatentDiffPure = LatentDiffPureOptions.Smoke,
        Impress = ImpressOptions.Smoke,
        PdmPure = PdmPureOptions.Smoke,
        NoisyUpscaling = NoisyUpscalingOptions.Smoke,
        Upscaling = DiffusionUpscalingOptions.Smoke,
        UpscalingOfNoise = DiffusionUpscalingOptions.NoisyUpscaling with { Steps = DiffusionUpscalingOptions.Smoke.Steps },
        UpscalingOfPdmPure = DiffusionUpscalingOptions.PdmPure with { Steps = DiffusionUpscalingOptions.Smoke.Steps },
    };

    /// <summary>What the compared code does, its oddities included; purifiers that it lacks are <see cref="Paper"/>'s.</summary>
    public static PurifierSettings Released { get; } = new()
    {
        Gaussian = GaussianFilterOptions.Released,
        TotalVariation = TotalVariationOptions.Paper,
        PixelDiffPure = Purification.PixelDiffPure.Released,
        GridPure = Purification.GridPure.Released,
        DdsPure = DdsPureOptions.Released,
    };

    /// <summary>Of <c>gau</c>.</summary>
    public GaussianFilterOptions Gaussian { get; init; } = GaussianFilterOptions.Paper;

    /// <summary>Of <c>tvm</c>; the paper's own minimisation, which works at 64×64, is <see cref="Released"/>'s.</summary>
    public TotalVariationOptions TotalVariation { get; init; } = TotalVariationOptions.PerChannel;

    /// <summary>Of <c>jpeg</c>.</summary>
    public JpegOptions Jpeg { get; init; } = JpegOptions.Paper;

    /// <summary>Of <c>pdiffp</c>.</summary>
    public WindowedDiffusionOptions PixelDiffPure { get; init; } = Purification.PixelDiffPure.Paper;

    /// <summary>Of <c>gridpure</c>.</summary>
    public WindowedDiffusionOptions GridPure { get; init; } = Purification.GridPure.Paper;

    /// <summary>Of <c>ddspure</c>.</summary>
    public DdsPureOptions DdsPure { get; init; } = DdsPureOptions.Paper;

    /// <summary>Of <c>ldiffp</c>, and of <c>eldiffp</c> without its prompt.</summary>
    public LatentDiffPureOptions LatentDiffPure { get; init; } = LatentDiffPureOptions.Paper;

    /// <summary>Of <c>impress</c>.</summary>
    public ImpressOptions Impress { get; init; } = ImpressOptions.Paper;

    /// <summary>Of <c>code</c>.</summary>
    public CodeFormerOptions CodeFormer { get; init; } = CodeFormerOptions.Paper;

    /// <summary>Of <c>noisyup</c>.</summary>
    public NoisyUpscalingOptions NoisyUpscaling { get; init; } = NoisyUpscalingOptions.Paper;

    /// <summary>Of <c>pdmpure</c>.</summary>
    public PdmPureOptions PdmPure { get; init; } = PdmPureOptions.Paper;

    /// <summary>Of a diffusion upscaler for <c>sr</c>; a network has none.</summary>
    public DiffusionUpscalingOptions Upscaling { get; init; } = DiffusionUpscalingOptions.Paper;

    /// <summary>Of a diffusion upscaler in <c>noisyup</c>.</summary>
    public DiffusionUpscalingOptions UpscalingOfNoise { get; init; } = DiffusionUpscalingOptions.NoisyUpscaling;

    /// <summary>Of a diffusion upscaler in <c>pdmpure</c>.</summary>
    public DiffusionUpscalingOptions UpscalingOfPdmPure { get; init; } = DiffusionUpscalingOptions.PdmPure;

    /// <summary>The settings of a name.</summary>
    public static PurifierSettings Of(PurifierProfile profile) => profile switch
    {
        PurifierProfile.Paper => Paper,
        PurifierProfile.MiniWorld => MiniWorld,
        PurifierProfile.Smoke => Smoke,
        PurifierProfile.Released => Released,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, null),
    };
}
