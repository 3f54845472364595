using System.Text.Json.Serialization;

namespace Workbench.Models.SuperResolution;

/// <summary>Shape of an <see cref="RrdbNet"/>; the defaults are those of the published Real-ESRGAN x4plus.</summary>
public sealed record RrdbNetConfig
{
    /// <summary>The class name that <c>config.json</c> carries.</summary>
    public const string ExpectedClassName = "RRDBNet";

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = ExpectedClassName;

    /// <summary>Channels of the input picture.</summary>
    public int NumInCh { get; init; } = 3;

    /// <summary>Channels of the output picture.</summary>
    public int NumOutCh { get; init; } = 3;

    /// <summary>Enlargement: 1, 2 or 4.</summary>
    public int Scale { get; init; } = 4;

    /// <summary>Channels of the trunk.</summary>
    public int NumFeat { get; init; } = 64;

    /// <summary>Residual-in-residual blocks.</summary>
    public int NumBlock { get; init; } = 23;

    /// <summary>Channels that every convolution of a dense block adds.</summary>
    public int NumGrowCh { get; init; } = 32;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidDataException">A value is outside what the architecture knows.</exception>
    public void Validate()
    {
        if (ClassName != ExpectedClassName)
            throw new InvalidDataException($"RRDBNet config: _class_name is '{ClassName}', expected '{ExpectedClassName}'.");
        if (Scale is not (1 or 2 or 4)) throw new InvalidDataException($"RRDBNet config: scale is {Scale}, expected 1, 2 or 4.");
        if (NumInCh < 1 || NumOutCh < 1 || NumFeat < 1 || NumBlock < 1 || NumGrowCh < 1)
            throw new InvalidDataException($"RRDBNet config: every count must be at least 1, got {this}.");
    }
}
