using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workbench.Models.Blocks;

/// <summary>A config value that is given once for all resolution levels, or as a list with one entry a level.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
[JsonConverter(typeof(PerLevelConverterFactory))]
public sealed record PerLevel<T>
{
    private readonly IReadOnlyList<T> values;

    /// <summary>One value for all levels (one entry), or one entry a level.</summary>
    public PerLevel(params IReadOnlyList<T> values)
    {
        if (values.Count == 0) throw new ArgumentException("A per-level value needs at least one entry.", nameof(values));
        this.values = values;
    }

    /// <summary>The value of <paramref name="level"/>, 0 = highest resolution.</summary>
    public T this[int level] => values.Count == 1 ? values[0] : values[level];

    /// <summary>True when one value stands for all levels.</summary>
    public bool IsUniform => values.Count == 1;

    /// <summary>The entries as written in the config.</summary>
    public IReadOnlyList<T> Values => values;

    /// <summary>One value for all levels.</summary>
    public static implicit operator PerLevel<T>(T value) => new(value);

    /// <inheritdoc/>
    public bool Equals(PerLevel<T>? other) => other is not null && values.SequenceEqual(other.values);

    /// <inheritdoc/>
    public override int GetHashCode() => values.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", values);
}

internal sealed class PerLevelConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(PerLevel<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(PerLevelConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class PerLevelConverter<T> : JsonConverter<PerLevel<T>>
    {
        public override PerLevel<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.StartArray
                ? new PerLevel<T>(JsonSerializer.Deserialize<T[]>(ref reader, options)!)
                : new PerLevel<T>(JsonSerializer.Deserialize<T>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, PerLevel<T> value, JsonSerializerOptions options)
        {
            if (value.IsUniform) JsonSerializer.Serialize(writer, value.Values[0], options);
            else JsonSerializer.Serialize(writer, value.Values, options);
        }
    }
}
