using System.Text.Json;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Weights split over several safetensors files that a <c>*.safetensors.index.json</c> lists.</summary>
public sealed class ShardedWeights : ITensorSource
{
    private readonly Dictionary<string, SafetensorsFile> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> shards = new(StringComparer.Ordinal);

    private ShardedWeights(string path) => Path = path;

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => owners.Keys.Order(StringComparer.Ordinal).ToArray();

    /// <summary>Opens the index and every shard it names; the shards lie beside it.</summary>
    /// <exception cref="WeightsException">The index is damaged, or a shard or a tensor that it promises is missing.</exception>
    public static ShardedWeights Open(string indexPath)
    {
        var set = new ShardedWeights(indexPath);
        try
        {
            foreach (var (key, shardName) in ReadIndex(indexPath)) set.Add(key, shardName);
            // What a shard holds beyond the index shows up as unexpected when it is loaded.
            foreach (var shard in set.shards.Values)
                foreach (var key in shard.Keys) set.owners.TryAdd(key, shard);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string key) => Owner(key).Shape(key);

    /// <inheritdoc/>
    public ScalarType DType(string key) => Owner(key).DType(key);

    /// <inheritdoc/>
    public Tensor Read(string key) => Owner(key).Read(key);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in shards.Values) shard.Dispose();
    }

    private void Add(string key, string shardName)
    {
        if (shardName.Length == 0 || shardName is "." or ".." || shardName.IndexOfAny(['/', '\\', ':']) >= 0)
            throw new WeightsException(Path, key, $"the shard name '{shardName}' must be a plain file name");
        if (!shards.TryGetValue(shardName, out var shard))
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", shardName);
            if (!File.Exists(path)) throw new WeightsException(Path, key, $"its shard {shardName} is missing");
            shards[shardName] = shard = SafetensorsFile.Open(path);
        }
        if (!shard.Contains(key)) throw new WeightsException(Path, key, $"the shard {shardName} does not hold it");
        owners[key] = shard;
    }

    private static List<(string Key, string Shard)> ReadIndex(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var weights) || weights.ValueKind != JsonValueKind.Object)
                throw new WeightsException(path, null, "the index has no 'weight_map' object");
            var map = new List<(string, string)>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in weights.EnumerateObject())
            {
                if (!seen.Add(property.Name)) throw new WeightsException(path, property.Name, "the index lists it twice");
                if (property.Value.ValueKind != JsonValueKind.String) throw new WeightsException(path, property.Name, "its shard must be a file name");
                map.Add((property.Name, property.Value.GetString()!));
            }
            return map;
        }
        catch (JsonException e)
        {
            throw new WeightsException(path, null, $"the index is not valid JSON ({e.Message})", e);
        }
    }

    private SafetensorsFile Owner(string key) => owners.TryGetValue(key, out var shard)
        ? shard
        : throw new WeightsException(Path, key, "the index holds no such tensor");
}
