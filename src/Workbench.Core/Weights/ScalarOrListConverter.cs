using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workbench.Weights;

/// <summary>Reads a config value that is one number or a list (one a level), such as <c>attention_head_dim: 8</c> or <c>[5, 10, 20, 20]</c>.</summary>
/// <remarks>A list of one is written as the number.</remarks>
public sealed class ScalarOrListConverter : JsonConverter<IReadOnlyList<int>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? JsonSerializer.Deserialize<int[]>(ref reader, options)!
            : [reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : throw new JsonException("expected an integer or a list of integers")];

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        if (value.Count == 1) writer.WriteNumberValue(value[0]);
        else JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
