using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>A TensorFlow.js layers model on disk: <c>model.json</c> with topology and manifest, and its binary shards.</summary>
/// <remarks>Reads unquantised float32 weights; the shards of the one weight group are joined in the order of the manifest.</remarks>
public sealed class TfjsLayersModel
{
    private readonly Dictionary<string, (long[] Shape, int Offset)> entries = new(StringComparer.Ordinal);
    private readonly byte[] bytes;
    private readonly string path;

    private TfjsLayersModel(string path, JsonElement root)
    {
        this.path = path;
        Layers = [.. Topology(root).EnumerateArray().Select(l => new TfjsLayer(
            Text(l, "class_name"), l.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "", l.GetProperty("config").Clone()))];
        var group = Single(root);
        bytes = ReadShards(group);
        AddEntries(group);
    }

    /// <summary>The layers in the order of the topology.</summary>
    public IReadOnlyList<TfjsLayer> Layers { get; }

    /// <summary>The names of all weights, for example <c>SR/kernel</c>.</summary>
    public IReadOnlyCollection<string> Keys => entries.Keys;

    /// <summary>Opens <c>model.json</c> itself or the folder that holds it.</summary>
    /// <exception cref="FileNotFoundException">The file or a shard is missing.</exception>
    /// <exception cref="InvalidDataException">It is no layers model, or it is quantised, or bytes are missing or left over.</exception>
    public static TfjsLayersModel Open(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "model.json") : path;
        if (!File.Exists(file)) throw new FileNotFoundException($"{file}: there is no such TensorFlow.js model.", file);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return new TfjsLayersModel(file, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"{file}: not a TensorFlow.js layers model ({e.Message}).", e);
        }
    }

    /// <summary>The shape of a weight, in TensorFlow's order (kernels: height, width, in, out).</summary>
    public IReadOnlyList<long> Shape(string key) => Entry(key).Shape;

    /// <summary>Reads a weight as stored: float32, CPU, in TensorFlow's order.</summary>
    public Tensor Read(string key)
    {
        var (shape, offset) = Entry(key);
        var count = checked((int)shape.Aggregate(1L, (a, b) => a * b));
        return tensor(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(offset, count * 4)).ToArray(), shape);
    }

    /// <summary>Reads a weight in torch's order: kernels become <c>[out, in, height, width]</c>.</summary>
    public Tensor ReadForTorch(string key)
    {
        var value = Read(key);
        return value.dim() == 4 ? value.permute(3, 2, 0, 1).contiguous() : value;
    }

    private (long[] Shape, int Offset) Entry(string key) => entries.TryGetValue(key, out var entry) ? entry
        : throw new KeyNotFoundException($"{path}: no weight '{key}'.");

    private static JsonElement Topology(JsonElement root)
    {
        var topology = root.GetProperty("modelTopology");
        var model = topology.TryGetProperty("model_config", out var inner) ? inner : topology;
        return model.GetProperty("config").GetProperty("layers");
    }

    private JsonElement Single(JsonElement root)
    {
        var groups = root.GetProperty("weightsManifest");
        return groups.GetArrayLength() == 1 ? groups[0]
            : throw new InvalidDataException($"{path}: expected one weight group, found {groups.GetArrayLength()}.");
    }

    private byte[] ReadShards(JsonElement group)
    {
        using var joined = new MemoryStream();
        foreach (var shard in group.GetProperty("paths").EnumerateArray())
        {
            var name = shard.GetString() ?? "";
            if (name is "" or "." or ".." || name != Path.GetFileName(name)) throw new InvalidDataException($"{path}: shard '{name}' lies outside the model's folder.");
            joined.Write(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, name)));
        }
        return joined.ToArray();
    }

    private void AddEntries(JsonElement group)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("TensorFlow.js shards are little-endian.");
        var offset = 0L;
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = Text(weight, "name");
            var shape = weight.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
            if (Text(weight, "dtype") != "float32" || weight.TryGetProperty("quantization", out _))
                throw new InvalidDataException($"{path}: weight '{name}' is not plain float32.");
            if (Array.Exists(shape, d => d < 0)) throw new InvalidDataException($"{path}: weight '{name}' has a negative dimension.");
            entries.Add(name, (shape, checked((int)offset)));
            offset = checked(offset + shape.Aggregate(4L, (a, b) => checked(a * b)));
            if (offset > bytes.Length) throw new InvalidDataException($"{path}: the shards end inside weight '{name}'.");
        }
        if (offset != bytes.Length) throw new InvalidDataException($"{path}: {bytes.Length - offset} bytes are left over after the last weight.");
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString() ?? "";
}
