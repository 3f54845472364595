using Workbench.Imaging;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>What the purifiers of a chain may need besides the pictures.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record PurifierSources
{
    /// <summary>Folder of an upscaler, for <c>sr</c> and <c>pdmpure</c>: a network, or a whole Stable Diffusion upscaler.</summary>
    public string? Upscaler { get; init; }

    /// <summary>
    /// Folder of a whole Stable Diffusion upscaler, for <c>ldmsr</c> and <c>noisyup</c>, which count on its knowing how much noise there is; null where
    /// <see cref="Upscaler"/> is for these too. The mini world has one of each kind.
    /// </summary>
    public string? LatentUpscaler { get; init; }

    /// <summary>Folder of a CodeFormer, for <c>code</c>.</summary>
    public string? Restorer { get; init; }

    /// <summary>Folder of an AutoencoderKL, for <c>impress</c>.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>Folder of a pixel-space diffusion model, for <c>pdiffp</c>, <c>gridpure</c>, <c>ddspure</c> and <c>pdmpure</c>.</summary>
    public string? PixelDiffusion { get; init; }

    /// <summary>Folder of a whole text-to-image model, for <c>ldiffp</c> and <c>eldiffp</c>.</summary>
    public string? TextToImage { get; init; }

    /// <summary>
    /// Folder of Haar cascades (<see cref="HaarFaceLocator"/>), where photos are not aligned faces: <c>code</c> then restores the faces it finds.
    /// </summary>
    public string? FaceCascades { get; init; }

    /// <summary>ONNX file of a face detector (<see cref="OnnxFaceLocator"/>), in place of <see cref="FaceCascades"/>.</summary>
    public string? FaceDetector { get; init; }

    /// <summary>ONNX file of 68 landmarks, where <see cref="FaceDetector"/> gives boxes only.</summary>
    public string? FaceLandmarks { get; init; }

    /// <summary>Perceptual distance of two pictures in [-1,1], for <c>impress</c>; null for the root mean square of the pixels.</summary>
    public Func<Tensor, Tensor, Tensor>? PerceptualDistance { get; init; }

    /// <summary>The networks read so far; copies of these sources share them.</summary>
    internal LoadedNetworks Networks { get; } = new();

    /// <summary>Whether <see cref="PerceptualDistance"/> is LPIPS, as published, and no stand-in.</summary>
    internal bool HasLpips { get; init; }

    /// <summary>What <see cref="PerceptualDistance"/> is called in tables and in the record of a run.</summary>
    public string PerceptualName { get; init; } = "CLIP feature distance, in place of LPIPS";

    /// <summary>The weights that <see cref="PerceptualDistance"/> computes with, for the record of a run and for what is kept of one; empty where it has none.</summary>
    public IReadOnlyList<ModelPart> PerceptualParts { get; init; } = [];

    /// <summary>Settings of the purifiers.</summary>
    public PurifierSettings Settings { get; init; } = PurifierSettings.Paper;

    /// <summary>Device that networks compute on; null means the CPU. Haar cascades and ONNX files stay on the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Precision of the networks of whole pipelines (<c>ldiffp</c>, <c>eldiffp</c>, diffusion upscalers), whose autoencoders stay in float32; null means float32.</summary>
    public ScalarType? PipelineDType { get; init; }

    /// <summary>The clean pictures of those that are purified, for <c>oracle</c>; asked at every use.</summary>
    public Func<ImageBatch>? Clean { get; init; }

    /// <summary>
    /// What the pictures show, for the prompts of <c>ldiffp</c> and of a diffusion upscaler. <c>code</c> restores faces: as in the compared code it leaves
    /// pictures of anything but a person or face alone.
    /// </summary>
    public string Class { get; init; } = "person";

    /// <summary>Whether the pictures show people, whose faces <c>code</c> restores.</summary>
    public bool ShowsPeople => Class is "person" or "face";

    /// <summary>Whether <c>code</c> looks for faces; otherwise every whole picture is one.</summary>
    public bool FindsFaces => FaceCascades is not null || FaceDetector is not null;

    /// <summary>These with another upscaler for all that enlarge; as they are where <paramref name="folder"/> is null.</summary>
    public PurifierSources WithUpscaler(string? folder) => folder is null ? this : this with { Upscaler = folder, LatentUpscaler = null };

    /// <summary>The folders inside a model folder: <c>super_resolution/</c>, <c>upscaler/</c>, <c>restoration/</c>, <c>pixel_diffusion/</c> and <c>vae/</c>, where they exist, and itself.</summary>
    public static PurifierSources FromModelFolder(string folder) => new()
    {
        Upscaler = Existing(folder, "super_resolution"),
        LatentUpscaler = Existing(folder, "upscaler"),
        Restorer = Existing(folder, "restoration"),
        Autoencoder = Existing(folder, "vae"),
        PixelDiffusion = Existing(folder, "pixel_diffusion"),
        TextToImage = File.Exists(Path.Combine(folder, "model_index.json")) ? folder : null,
    };

    private static string? Existing(string folder, string name) =>
        Path.Combine(folder, name) is var path && (File.Exists(Path.Combine(path, "config.json")) || File.Exists(Path.Combine(path, "model_index.json"))) ? path : null;
}
