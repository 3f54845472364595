using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>One entry of a safetensors header; offsets count from the start of the data section.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Bytes of the tensor.</summary>
    public long Length => End - Begin;
}

/// <summary>The checked JSON header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>A larger header is taken for damage; the reference reader has the same limit.</summary>
    public const long MaximumBytes = 100_000_000;

    public Dictionary<string, SafetensorsEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Parses and checks the header of <paramref name="file"/>.</summary>
    /// <param name="json">The JSON text, padding included.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <param name="file">File name for messages.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var header = new SafetensorsHeader();
        if (json.IsEmpty || json[0] != '{') throw new WeightsException(file, null, "the header must begin with '{'");
        try
        {
            header.ReadDocument(json, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or DecoderFallbackException)
        {
            throw new WeightsException(file, null, $"the header is not valid JSON of the expected form ({e.Message})", e);
        }
        header.CheckLayout(dataLength, file);
        return header;
    }

    private void ReadDocument(ReadOnlySpan<byte> json, string file)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var metadataSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name == "__metadata__")
            {
                if (metadataSeen) throw new WeightsException(file, null, "__metadata__ occurs twice");
                metadataSeen = true;
                ReadMetadata(ref reader, file);
                continue;
            }
            if (!Entries.TryAdd(name, ReadEntry(ref reader, name, file))) throw new WeightsException(file, name, "the name occurs twice in the header");
        }
        if (reader.Read()) throw new WeightsException(file, null, "text follows the JSON object of the header");
    }

    private void ReadMetadata(ref Utf8JsonReader reader, string file)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new WeightsException(file, null, "__metadata__ must be an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new WeightsException(file, null, $"__metadata__ '{key}' must be a string");
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw new WeightsException(file, null, $"__metadata__ '{key}' occurs twice");
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string file)
    {
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new WeightsException(file, name, "its header entry must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            reader.Read();
            var repeated = field switch { "dtype" => dtype is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (repeated) throw new WeightsException(file, name, $"'{field}' occurs twice");
            if (field == "dtype") dtype = reader.GetString() ?? throw new WeightsException(file, name, "dtype is null");
            else if (field == "shape") shape = ReadIntegers(ref reader, name, field, file);
            else if (field == "data_offsets") offsets = ReadIntegers(ref reader, name, field, file);
            else reader.Skip();
        }
        if (dtype is null || shape is null || offsets is null) throw new WeightsException(file, name, "dtype, shape and data_offsets are all needed");
        if (offsets.Count != 2) throw new WeightsException(file, name, $"data_offsets must be [begin, end], found {offsets.Count} numbers");
        if (!SafetensorsDType.TryParse(dtype, out var type, out var size))
            throw new WeightsException(file, name, $"dtype {dtype} is not supported (supported: {SafetensorsDType.Names})");
        CheckLength(name, file, shape, size, offsets[0], offsets[1], dtype);
        return new SafetensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static List<long> ReadIntegers(ref Utf8JsonReader reader, string name, string field, string file)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new WeightsException(file, name, $"{field} must be a list of integers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw new WeightsException(file, name, $"{field} must hold integers from 0 to 2^63-1");
            numbers.Add(number);
        }
        return numbers;
    }

    private static void CheckLength(string name, string file, List<long> shape, int size, long begin, long end, string dtype)
    {
        if (end < begin) throw new WeightsException(file, name, $"data_offsets [{begin}, {end}] run backwards");
        try
        {
            // Zeros count as ones first: torch computes strides from all sizes, so an empty tensor may overflow as well.
            var bytes = shape.Aggregate((long)size, (product, length) => checked(product * Math.Max(length, 1)));
            if (shape.Contains(0)) bytes = 0;
            if (bytes != end - begin)
                throw new WeightsException(file, name, $"{dtype} of shape [{string.Join(", ", shape)}] takes {bytes} bytes, data_offsets hold {end - begin}");
        }
        catch (OverflowException)
        {
            throw new WeightsException(file, name, $"shape [{string.Join(", ", shape)}] overflows the byte count");
        }
    }

    private void CheckLayout(long dataLength, string file)
    {
        var position = 0L;
        foreach (var entry in Entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.End > dataLength)
                throw new WeightsException(file, entry.Name, $"its data end at byte {entry.End}, but the file holds {dataLength} data bytes (is it truncated?)");
            if (entry.Begin < position) throw new WeightsException(file, entry.Name, "its data overlap another tensor's");
            if (entry.Begin > position) throw new WeightsException(file, entry.Name, $"bytes {position} to {entry.Begin} before it belong to no tensor");
            position = entry.End;
        }
        if (position != dataLength) throw new WeightsException(file, null, $"{dataLength - position} bytes after the last tensor belong to no tensor");
    }
}
