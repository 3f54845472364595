namespace Workbench.Models.Clip;

/// <summary>How pictures become a CLIP vision encoder's input; the fields and defaults of a preprocessor_config.json.</summary>
public sealed record ClipImageProcessorConfig
{
    /// <summary>Class name that transformers expects in the file.</summary>
    public string ImageProcessorType { get; init; } = "CLIPImageProcessor";

    /// <summary>Whether pictures are resized.</summary>
    public bool DoResize { get; init; } = true;

    /// <summary>Size after resizing.</summary>
    public ClipImageSize Size { get; init; } = ClipImageSize.ShortestEdge(224);

    /// <summary>PIL's number of the interpolation: 3 = bicubic, 2 = bilinear, 1 = Lanczos.</summary>
    public int Resample { get; init; } = 3;

    /// <summary>Whether the middle is cut out after resizing.</summary>
    public bool DoCenterCrop { get; init; } = true;

    /// <summary>Size of the middle.</summary>
    public ClipImageSize CropSize { get; init; } = ClipImageSize.Square(224);

    /// <summary>Whether grey levels are multiplied by <see cref="RescaleFactor"/>.</summary>
    public bool DoRescale { get; init; } = true;

    /// <summary>Factor on grey levels 0 … 255.</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>Whether the mean is subtracted and the deviation divided by.</summary>
    public bool DoNormalize { get; init; } = true;

    /// <summary>Mean of red, green, blue in [0,1].</summary>
    public IReadOnlyList<double> ImageMean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Standard deviation of red, green, blue in [0,1].</summary>
    public IReadOnlyList<double> ImageStd { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Whether transformers turns other colour modes into RGB first; pictures here are RGB already.</summary>
    public bool DoConvertRgb { get; init; } = true;

    /// <summary>The published processing at the input size of <paramref name="vision"/>.</summary>
    public static ClipImageProcessorConfig For(ClipVisionConfig vision) => new()
    {
        Size = ClipImageSize.ShortestEdge(vision.ImageSize),
        CropSize = ClipImageSize.Square(vision.ImageSize),
    };
}
