namespace Workbench.Weights;

/// <summary>Finds and opens the weights of a component folder by the file names that diffusers and transformers use.</summary>
public static class WeightFiles
{
    /// <summary>Base name of diffusers models: <c>diffusion_pytorch_model.safetensors</c>.</summary>
    public const string Diffusers = "diffusion_pytorch_model";

    /// <summary>Base name of transformers models: <c>model.safetensors</c>.</summary>
    public const string Transformers = "model";

    /// <summary>Opens a weights file by its ending.</summary>
    /// <param name="path"><c>*.safetensors</c>, <c>*.index*.json</c>, or a torch checkpoint (<c>.pth .pt .ckpt .bin</c>) whose section of tensors needs no naming, see <see cref="TorchCheckpoint.Read"/>.</param>
    /// <exception cref="WeightsException">The file is damaged or of another kind.</exception>
    public static ITensorSource Open(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such weights file.", path);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return ShardedWeights.Open(path);
        return IsCheckpoint(path) ? TorchCheckpointFile.Open(path) : SafetensorsFile.Open(path);
    }

    /// <summary>The weights file or shard index in <paramref name="folder"/>.</summary>
    /// <param name="folder">A component folder, for example <c>unet</c>.</param>
    /// <param name="variant">
    /// Null takes the plain file, else its index, else the plain torch checkpoint (<c>.bin</c>), else the only variant there is; a name such as <c>fp16</c> takes that variant only.
    /// </param>
    /// <param name="baseName"><see cref="Diffusers"/>, <see cref="Transformers"/>, or null for either.</param>
    /// <exception cref="WeightsException">There is none; the message lists what the folder holds.</exception>
    public static string Find(string folder, string? variant = null, string? baseName = null)
    {
        if (!Directory.Exists(folder)) throw new WeightsException(folder, null, "there is no such model folder");
        string[] baseNames = baseName is null ? [Diffusers, Transformers] : [baseName];
        foreach (var name in baseNames)
        {
            var found = Names(name, variant).Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
            if (found is not null) return found;
        }
        // What libraries wrote before safetensors; read as data, see TorchCheckpoint. Before any variant, which is another precision or not the averaged weights.
        if (variant is null && baseNames.Select(name => Path.Combine(folder, Checkpoint(name))).FirstOrDefault(File.Exists) is { } checkpoint) return checkpoint;
        var variants = variant is null ? baseNames.SelectMany(name => Variants(folder, name)).ToList() : [];
        if (variants.Count == 1) return variants[0];
        var files = Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        var wanted = string.Join(" or ", baseNames.SelectMany(name => Names(name, variant)));
        throw new WeightsException(folder, null, $"found no weights: expected {wanted}; the folder holds {(files.Count == 0 ? "no files" : string.Join(", ", files))}");
    }

    /// <summary>
    /// The weights of a folder that holds one network: <paramref name="name"/>, or else its only torch checkpoint (<c>.pth .pt .ckpt .bin</c>), so
    /// that published files work as they are once a <c>config.json</c> lies beside them.
    /// </summary>
    /// <exception cref="WeightsException">There is none, or several checkpoints.</exception>
    public static string FindSingle(string folder, string name = Transformers + ".safetensors")
    {
        var usual = Path.Combine(folder, name);
        if (File.Exists(usual) || !Directory.Exists(folder)) return usual;
        string[] checkpoints = [.. Directory.GetFiles(folder).Where(IsCheckpoint).Order(StringComparer.Ordinal)];
        return checkpoints.Length switch
        {
            0 => usual,
            1 => checkpoints[0],
            _ => throw new WeightsException(folder, null, $"holds no {name} and several checkpoints: {string.Join(", ", checkpoints.Select(Path.GetFileName))}"),
        };
    }

    /// <summary>Whether a file holds weights, by its ending: safetensors or a torch checkpoint.</summary>
    public static bool IsWeights(string path) => IsCheckpoint(path) || Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    private static bool IsCheckpoint(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pth" or ".pt" or ".ckpt" or ".bin";

    private static string Checkpoint(string name) => name == Transformers ? "pytorch_model.bin" : $"{name}.bin";

    private static string[] Names(string name, string? variant) => variant is null
        ? [$"{name}.safetensors", $"{name}.safetensors.index.json"]
        : [$"{name}.{variant}.safetensors", $"{name}.safetensors.index.{variant}.json"];

    private static IEnumerable<string> Variants(string folder, string name) => Directory.GetFiles(folder, $"{name}.*")
        .Where(path => IsVariant(Path.GetFileName(path), name)).Order(StringComparer.Ordinal);

    private static bool IsVariant(string file, string name) =>
        (file.EndsWith(".safetensors", StringComparison.Ordinal) && file[(name.Length + 1)..^".safetensors".Length].IndexOfAny(['.', '-']) < 0)
        || file.StartsWith($"{name}.safetensors.index.", StringComparison.Ordinal);
}
