using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Writes safetensors: wide types first and names in order (so every tensor is aligned), header padded to 8 bytes.</summary>
internal static class SafetensorsWriter
{
    private const int CopyChunk = 1 << 26;

    private sealed record Item(string Name, Tensor Tensor, ScalarType DType, string TypeName, int Width);

    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata, ScalarType? castFloatsTo)
    {
        if (castFloatsTo is { } cast && !SafetensorsDType.IsFloat(cast))
            throw new WeightsException(path, null, $"floats can be stored as Float64, Float32, Float16 or BFloat16, not {cast}");
        var items = tensors.Select(pair => Describe(path, pair.Key, pair.Value, castFloatsTo))
            .OrderByDescending(item => item.Width).ThenBy(item => item.Name, StringComparer.Ordinal).ToList();
        var header = Header(items, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var item in items) WriteData(path, stream, item);
        });
    }

    private static Item Describe(string path, string name, Tensor tensor, ScalarType? castFloatsTo)
    {
        if (name is "" or "__metadata__") throw new WeightsException(path, name, "this name cannot be stored");
        var dtype = castFloatsTo is { } cast && SafetensorsDType.IsFloat(tensor.dtype) ? cast : tensor.dtype;
        return SafetensorsDType.TryName(dtype, out var typeName, out var width)
            ? new Item(name, tensor, dtype, typeName, width)
            : throw new WeightsException(path, name, $"dtype {dtype} cannot be stored (supported: {SafetensorsDType.Names})");
    }

    private static byte[] Header(List<Item> items, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var item in items)
            {
                json.WriteStartObject(item.Name);
                json.WriteString("dtype", item.TypeName);
                WriteNumbers(json, "shape", item.Tensor.shape);
                WriteNumbers(json, "data_offsets", [offset, offset += item.Tensor.numel() * item.Width]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteData(string path, Stream stream, Item item)
    {
        if (item.Tensor.numel() == 0) return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var source = item.Tensor.detach().cpu();
        var stored = source.to(item.DType).contiguous().view(-1);
        if (item.DType != source.dtype && !FiniteCheck.AllFinite(stored) && FiniteCheck.AllFinite(source))
            throw new WeightsException(path, item.Name, $"its values do not fit into {item.TypeName}");
        for (long done = 0, step = CopyChunk / item.Width, count = stored.numel(); done < count; done += step)
        {
            using var part = stored.narrow(0, done, Math.Min(step, count - done));
            stream.Write(part.bytes);
        }
    }
}
