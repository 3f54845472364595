using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>The non-linearity of a CLIP feed-forward block, <c>hidden_act</c> in config.json.</summary>
public enum ClipActivation
{
    /// <summary>x·σ(1.702 x): OpenAI's CLIP, Stable Diffusion 1.x.</summary>
    QuickGelu,

    /// <summary>The exact GELU (error function): OpenCLIP, Stable Diffusion 2.x.</summary>
    Gelu,
}

/// <summary>Goes on the property, where it outranks the general converter of enums and can name a strange value.</summary>
internal sealed class ClipActivationConverter : JsonConverter<ClipActivation>
{
    public override ClipActivation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() switch
    {
        "quick_gelu" => ClipActivation.QuickGelu,
        "gelu" => ClipActivation.Gelu,
        var other => throw new JsonException($"hidden_act '{other}' is not known; expected 'quick_gelu' or 'gelu'."),
    };

    public override void Write(Utf8JsonWriter writer, ClipActivation value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value == ClipActivation.Gelu ? "gelu" : "quick_gelu");
}

internal static class ClipActivations
{
    public static Tensor Apply(this ClipActivation activation, Tensor x) => activation switch
    {
        ClipActivation.QuickGelu => x * sigmoid(x * 1.702),
        ClipActivation.Gelu => nn.functional.gelu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };
}
