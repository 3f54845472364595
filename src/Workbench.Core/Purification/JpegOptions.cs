namespace Workbench.Purification;

/// <summary>Strength of <see cref="JpegCompression"/>.</summary>
public sealed record JpegOptions : IPurifierOptions
{
    /// <summary>The compared setting: quality 75.</summary>
    public static JpegOptions Paper { get; } = new();

    /// <summary>JPEG quality, 1 to 100.</summary>
    public int Quality { get; init; } = 75;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Quality is < 1 or > 100) throw new ArgumentException($"JPEG: quality is {Quality}, expected 1 to 100.");
    }
}
