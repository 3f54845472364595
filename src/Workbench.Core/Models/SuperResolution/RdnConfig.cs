using System.Text.Json.Serialization;

namespace Workbench.Models.SuperResolution;

/// <summary>Shape of an <see cref="Rdn"/>; the defaults are those of the published ESRGAN-medium ×4 weights.</summary>
public sealed record RdnConfig
{
    /// <summary>The class name that <c>config.json</c> carries.</summary>
    public const string ExpectedClassName = "RDN";

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = ExpectedClassName;

    /// <summary>Enlargement.</summary>
    public int Scale { get; init; } = 4;

    /// <summary>Residual dense blocks (D).</summary>
    public int NumBlocks { get; init; } = 10;

    /// <summary>Convolutions in a block (C).</summary>
    public int NumConvs { get; init; } = 1;

    /// <summary>Channels that a convolution of a block adds (G).</summary>
    public int Growth { get; init; } = 64;

    /// <summary>Channels of the trunk (G0).</summary>
    public int NumFeatures { get; init; } = 64;

    /// <summary>Value of white in the network's pixel range: 255 or 1.</summary>
    public double WhiteLevel { get; init; } = 255;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidDataException">A value is outside what the architecture knows.</exception>
    public void Validate()
    {
        if (ClassName != ExpectedClassName)
            throw new InvalidDataException($"RDN config: _class_name is '{ClassName}', expected '{ExpectedClassName}'.");
        if (Scale < 1 || NumBlocks < 1 || NumConvs < 1 || Growth < 1 || NumFeatures < 1 || WhiteLevel <= 0)
            throw new InvalidDataException($"RDN config: every value must be positive, got {this}.");
    }
}
