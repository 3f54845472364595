using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.SuperResolution;

/// <summary>Opens any upscaler folder: <c>config.json</c> says which network its <c>model.safetensors</c> belongs to.</summary>
public static class Upscaler
{
    private static readonly Dictionary<string, Func<string, Device?, SuperResolutionNetwork>> Kinds = new(StringComparer.Ordinal)
    {
        [RrdbNetConfig.ExpectedClassName] = RrdbNet.FromPretrained,
        [SrvggNetCompactConfig.ExpectedClassName] = SrvggNetCompact.FromPretrained,
        [RdnConfig.ExpectedClassName] = Rdn.FromPretrained,
        [RrdnConfig.ExpectedClassName] = Rrdn.FromPretrained,
    };

    /// <summary>Reads the network of <paramref name="folder"/> in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    /// <exception cref="InvalidDataException">The config names no network that is known here.</exception>
    public static SuperResolutionNetwork FromPretrained(string folder, Device? device = null)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) throw new FileNotFoundException($"{folder} is no upscaler folder: it has no config.json.", path);
        var name = ModelConfigFile.ClassName(path);
        if (name is null || !Kinds.TryGetValue(name, out var open))
            throw new InvalidDataException($"{path}: _class_name is '{name}', expected one of {string.Join(", ", Kinds.Keys)}.");
        return open(folder, device);
    }
}
