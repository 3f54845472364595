using System.Text.Json.Serialization;

namespace Workbench.Models.SuperResolution;

/// <summary>Shape of an <see cref="Rrdn"/>; the defaults are those of the published ESRGAN-thick ×4 weights.</summary>
public sealed record RrdnConfig
{
    /// <summary>The class name that <c>config.json</c> carries.</summary>
    public const string ExpectedClassName = "RRDN";

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = ExpectedClassName;

    /// <summary>Enlargement.</summary>
    public int Scale { get; init; } = 4;

    /// <summary>Residual-in-residual blocks (T).</summary>
    public int NumBlocks { get; init; } = 10;

    /// <summary>Dense blocks in a residual-in-residual block (D).</summary>
    public int NumDense { get; init; } = 3;

    /// <summary>Convolutions in a dense block (C).</summary>
    public int NumConvs { get; init; } = 4;

    /// <summary>Channels that a convolution of a block adds (G).</summary>
    public int Growth { get; init; } = 32;

    /// <summary>Channels of the trunk (G0).</summary>
    public int NumFeatures { get; init; } = 64;

    /// <summary>Residual scaling.</summary>
    public double Beta { get; init; } = 0.2;

    /// <summary>Value of white in the network's pixel range: 255 or 1.</summary>
    public double WhiteLevel { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidDataException">A value is outside what the architecture knows.</exception>
    public void Validate()
    {
        if (ClassName != ExpectedClassName)
            throw new InvalidDataException($"RRDN config: _class_name is '{ClassName}', expected '{ExpectedClassName}'.");
        if (Scale < 1 || NumBlocks < 1 || NumDense < 1 || NumConvs < 1 || Growth < 1 || NumFeatures < 1 || WhiteLevel <= 0)
            throw new InvalidDataException($"RRDN config: every value must be positive, got {this}.");
    }
}
