namespace Workbench.Purification;

/// <summary>What the networks of an <see cref="OnnxFaceLocator"/> expect; pixels enter as (level − mean) · scale.</summary>
public sealed record OnnxFaceLocatorOptions
{
    /// <summary>The UltraFace family's pixels: RGB, (level − 127) / 128; landmarks from grey levels / 256.</summary>
    public static OnnxFaceLocatorOptions UltraFace { get; } = new();

    /// <summary>Width of the detector's input where its file leaves it open, pixels.</summary>
    public int Width { get; init; } = 320;

    /// <summary>Height of the detector's input where its file leaves it open, pixels.</summary>
    public int Height { get; init; } = 240;

    /// <summary>True for blue, green, red.</summary>
    public bool IsBgr { get; init; }

    /// <summary>Subtracted from 8-bit levels before detection.</summary>
    public double Mean { get; init; } = 127;

    /// <summary>Multiplied afterwards.</summary>
    public double Scale { get; init; } = 1.0 / 128;

    /// <summary>Least confidence of a face, in [0,1].</summary>
    public double Threshold { get; init; } = 0.7;

    /// <summary>Boxes that share more than this of the united area with a surer one are dropped, in [0,1].</summary>
    public double LargestOverlap { get; init; } = 0.3;

    /// <summary>Least distance of the eyes, pixels: smaller faces have too little to restore (the published program's).</summary>
    public double MinEyeDistance { get; init; } = 5;

    /// <summary>Side of the landmark network's input where its file leaves it open, pixels.</summary>
    public int LandmarkSide { get; init; } = 64;

    /// <summary>Multiplied with grey 8-bit levels before landmarks are read.</summary>
    public double LandmarkScale { get; init; } = 1.0 / 256;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Width < 1 || Height < 1 || LandmarkSide < 1) throw new ArgumentException($"Face locator: sides must be positive: {this}.");
        if (!double.IsFinite(Mean) || !double.IsFinite(Scale) || !double.IsFinite(LandmarkScale) || Scale == 0 || LandmarkScale == 0)
            throw new ArgumentException($"Face locator: mean and scales must be finite, scales not 0: {this}.");
        if (!(Threshold is >= 0 and <= 1) || !(LargestOverlap is >= 0 and <= 1) || !(MinEyeDistance >= 0))
            throw new ArgumentException($"Face locator: threshold and overlap lie in 0 to 1, the distance of the eyes is 0 or more: {this}.");
    }
}
