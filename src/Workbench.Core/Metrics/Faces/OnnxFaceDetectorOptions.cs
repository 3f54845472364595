namespace Workbench.Metrics.Faces;

/// <summary>What a detector of <see cref="OnnxFaceDetector"/> expects; the defaults are those of the UltraFace family.</summary>
public sealed record OnnxFaceDetectorOptions
{
    /// <summary>UltraFace, RFB and slim.</summary>
    public static OnnxFaceDetectorOptions UltraFace { get; } = new();

    /// <summary>Width of the network's input where its file leaves it open, pixels.</summary>
    public int Width { get; init; } = 320;

    /// <summary>Height of the network's input where its file leaves it open, pixels.</summary>
    public int Height { get; init; } = 240;

    /// <summary>Subtracted from 8-bit levels.</summary>
    public double Mean { get; init; } = 127;

    /// <summary>Multiplied afterwards.</summary>
    public double Scale { get; init; } = 1.0 / 128;

    /// <summary>Least confidence of a face.</summary>
    public double Threshold { get; init; } = 0.7;

    /// <summary>Boxes that overlap a surer one by more than this are dropped.</summary>
    public double LargestOverlap { get; init; } = 0.3;
}
