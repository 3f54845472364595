using System.Text.Json.Serialization;

namespace Workbench.Models.SuperResolution;

/// <summary>Shape of an <see cref="SrvggNetCompact"/>; the defaults are those of the published class.</summary>
public sealed record SrvggNetCompactConfig
{
    /// <summary>The class name that <c>config.json</c> carries.</summary>
    public const string ExpectedClassName = "SRVGGNetCompact";

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = ExpectedClassName;

    /// <summary>Channels of the input picture.</summary>
    public int NumInCh { get; init; } = 3;

    /// <summary>Channels of the output picture.</summary>
    public int NumOutCh { get; init; } = 3;

    /// <summary>Channels of the trunk.</summary>
    public int NumFeat { get; init; } = 64;

    /// <summary>Convolutions between the first and the last.</summary>
    public int NumConv { get; init; } = 16;

    /// <summary>Enlargement.</summary>
    public int Upscale { get; init; } = 4;

    /// <summary>Activation: <c>prelu</c>, <c>relu</c> or <c>leakyrelu</c>.</summary>
    public string ActType { get; init; } = "prelu";

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidDataException">A value is outside what the architecture knows.</exception>
    public void Validate()
    {
        if (ClassName != ExpectedClassName)
            throw new InvalidDataException($"SRVGGNetCompact config: _class_name is '{ClassName}', expected '{ExpectedClassName}'.");
        if (ActType is not ("prelu" or "relu" or "leakyrelu"))
            throw new InvalidDataException($"SRVGGNetCompact config: act_type is '{ActType}', expected prelu, relu or leakyrelu.");
        if (NumInCh != NumOutCh)
            throw new InvalidDataException($"SRVGGNetCompact config: num_in_ch {NumInCh} and num_out_ch {NumOutCh} must be equal.");
        if (NumInCh < 1 || NumFeat < 1 || NumConv < 0 || Upscale < 1)
            throw new InvalidDataException($"SRVGGNetCompact config: counts must be positive, got {this}.");
    }
}
