using System.Text.Json;

namespace Workbench.Models.SuperResolution;

/// <summary>Opens any upscaler folder: <c>config.json</c> says which network its <c>model.safetensors</c> belongs to.</summary>
public static class Upscaler
{
    private static readonly Dictionary<string, Func<string, SuperResolutionNetwork>> Kinds = new(StringComparer.Ordinal)
    {
        [RrdbNetConfig.ExpectedClassName] = RrdbNet.FromPretrained,
        [SrvggNetCompactConfig.ExpectedClassName] = SrvggNetCompact.FromPretrained,
        [RdnConfig.ExpectedClassName] = Rdn.FromPretrained,
        [RrdnConfig.ExpectedClassName] = Rrdn.FromPretrained,
    };

    /// <summary>Reads the network of <paramref name="folder"/> in evaluation mode.</summary>
    /// <exception cref="InvalidDataException">The config names no network that is known here.</exception>
    public static SuperResolutionNetwork FromPretrained(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) throw new FileNotFoundException($"{folder} is no upscaler folder: it has no config.json.", path);
        using var config = JsonDocument.Parse(File.ReadAllBytes(path));
        var name = config.RootElement.TryGetProperty("_class_name", out var value) ? value.GetString() : null;
        if (name is null || !Kinds.TryGetValue(name, out var open))
            throw new InvalidDataException($"{path}: _class_name is '{name}', expected one of {string.Join(", ", Kinds.Keys)}.");
        return open(folder);
    }
}
