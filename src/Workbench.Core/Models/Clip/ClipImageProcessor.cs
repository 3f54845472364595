using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>
/// Makes a CLIP vision encoder's input: shorter edge to size (bicubic, antialiased), middle square, mean and deviation; transformers'
/// <c>CLIPImageProcessor</c>.
/// </summary>
/// <remarks>
/// Two ways in. Pictures of 8 bits go through PIL's arithmetic, which rounds to 8 bits between the horizontal and the vertical pass.
/// Tensors keep their precision and their gradient; the kernels are the same, so that the two differ by rounding only.
/// </remarks>
public sealed class ClipImageProcessor
{
    private const string ConfigName = "preprocessor_config.json";

    /// <summary>A processor of one configuration.</summary>
    /// <exception cref="ArgumentException">The interpolation is not known, or mean and deviation are not three numbers each.</exception>
    public ClipImageProcessor(ClipImageProcessorConfig config)
    {
        Config = config;
        Resampling = config.Resample switch
        {
            1 => Resampling.Lanczos,
            2 => Resampling.Bilinear,
            3 => Resampling.Bicubic,
            var other => throw new ArgumentException($"resample {other} is not known; expected 3 (bicubic), 2 (bilinear) or 1 (Lanczos).", nameof(config)),
        };
        if (config.ImageMean.Count != 3 || config.ImageStd.Count != 3)
            throw new ArgumentException("image_mean and image_std need three numbers each.", nameof(config));
    }

    /// <summary>What is done.</summary>
    public ClipImageProcessorConfig Config { get; }

    private Resampling Resampling { get; }

    /// <summary>The processor for a vision encoder, with CLIP's published mean and deviation.</summary>
    public static ClipImageProcessor For(ClipVisionConfig vision) => new(ClipImageProcessorConfig.For(vision));

    /// <summary>Reads preprocessor_config.json of a folder.</summary>
    /// <exception cref="WeightsException">The file is missing or cannot be read; names the file.</exception>
    public static ClipImageProcessor FromPretrained(string folder) =>
        new(ModelConfigFile.Read<ClipImageProcessorConfig>(Path.Combine(folder, ConfigName)));

    /// <summary>The processor that lies beside a model's weights; without one, that of <see cref="For"/>.</summary>
    /// <param name="path">Folder of the model, or its weights file.</param>
    /// <param name="vision">The encoder.</param>
    /// <exception cref="WeightsException">preprocessor_config.json cannot be read, or makes pictures of another size than the encoder's; names the file.</exception>
    public static ClipImageProcessor Beside(string path, ClipVisionConfig vision)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        if (!File.Exists(Path.Combine(folder, ConfigName))) return For(vision);
        var read = FromPretrained(folder);
        var (height, width) = (read.Config.CropSize.Height, read.Config.CropSize.Width);
        return height == vision.ImageSize && width == vision.ImageSize ? read
            : throw new WeightsException(Path.Combine(folder, ConfigName), null, $"crop_size is {height}×{width}, but the encoder takes {vision.ImageSize}×{vision.ImageSize}");
    }

    /// <summary>Writes preprocessor_config.json.</summary>
    public void SavePretrained(string folder)
    {
        Directory.CreateDirectory(folder);
        ModelConfigFile.Write(Path.Combine(folder, ConfigName), Config);
    }

    /// <summary>Pictures of any sizes to one batch, by PIL's 8-bit arithmetic.</summary>
    /// <returns>[N, 3, S, S], float32, CPU, normalised.</returns>
    public Tensor Process(IReadOnlyList<RgbImage> images)
    {
        if (images.Count == 0) throw new ArgumentException("Expected at least one picture.", nameof(images));
        return TensorScope.Inference(() => Normalize(stack(images.Select(image => Bytes(Fit(image)))).to(ScalarType.Float32)));
    }

    /// <summary>One picture after resizing only, by PIL's 8-bit arithmetic.</summary>
    public RgbImage Resize(RgbImage image)
    {
        if (!Config.DoResize) return image;
        var (height, width) = Config.Size.Of(image.Height, image.Width);
        return image.Resize(width, height, Resampling);
    }

    /// <summary>A batch of pixels to the encoder's input, differentiable, in the batch's dtype and on its device.</summary>
    /// <param name="unitPixels">[N, 3, H, W], floating point, in [0,1].</param>
    /// <returns>[N, 3, S, S], normalised.</returns>
    public Tensor Process(Tensor unitPixels)
    {
        if (unitPixels.dim() != 4 || unitPixels.shape[1] != 3 || !unitPixels.is_floating_point())
            throw new ArgumentException($"Expected pixels [N, 3, H, W] in floating point, got {unitPixels.dtype} [{string.Join(", ", unitPixels.shape)}].", nameof(unitPixels));
        var x = unitPixels;
        if (Config.DoResize)
        {
            var (height, width) = Config.Size.Of((int)x.shape[2], (int)x.shape[3]);
            x = TensorResize.Resize(x, height, width, Resampling);
        }
        if (Config.DoCenterCrop) x = Crop(x, Config.CropSize.Height, Config.CropSize.Width);
        return Normalize(x * 255);
    }

    private RgbImage Fit(RgbImage image)
    {
        var resized = Resize(image);
        return Config.DoCenterCrop ? resized.CenterCrop(Config.CropSize.Width, Config.CropSize.Height) : resized;
    }

    private static Tensor Bytes(RgbImage image) => tensor(image.Pixels, [image.Height, image.Width, 3]).permute(2, 0, 1);

    /// <param name="levels">Grey levels 0 … 255.</param>
    private Tensor Normalize(Tensor levels)
    {
        var x = Config.DoRescale ? levels * Config.RescaleFactor : levels;
        return Config.DoNormalize ? (x - Channels(Config.ImageMean)) / Channels(Config.ImageStd) : x;

        Tensor Channels(IReadOnlyList<double> values) => tensor(values.ToArray(), [1, 3, 1, 1]).to(levels.dtype, levels.device);
    }

    /// <summary>The middle; black where the picture is smaller.</summary>
    private static Tensor Crop(Tensor x, int height, int width)
    {
        int missingHeight = Math.Max(0, height - (int)x.shape[2]), missingWidth = Math.Max(0, width - (int)x.shape[3]);
        if (missingHeight > 0 || missingWidth > 0)
        {
            int left = (missingWidth + 1) / 2, top = (missingHeight + 1) / 2;
            x = nn.functional.pad(x, [left, missingWidth - left, top, missingHeight - top]);
        }
        return x.narrow(2, (x.shape[2] - height) / 2, height).narrow(3, (x.shape[3] - width) / 2, width);
    }
}
