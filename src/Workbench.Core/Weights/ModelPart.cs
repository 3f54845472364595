using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Workbench.Tensors;

namespace Workbench.Weights;

/// <summary>A folder or file that a purifier or a metric reads.</summary>
/// <param name="Role">What it is to its reader, for example <c>super_resolution</c>.</param>
/// <param name="Path">Where it lies; null where none was given.</param>
public sealed record ModelPart(string Role, string? Path)
{
    /// <summary>A file itself; of a folder the weights and cascades in it and below, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is neither.</exception>
    internal static IReadOnlyList<string> Files(string path) => File.Exists(path) ? [path] : Files(path, f => WeightFiles.IsWeights(f) || f.EndsWith(".xml", StringComparison.Ordinal));

    /// <summary>Configuration and vocabulary in a folder and below, in ordinal order; of a file none.</summary>
    internal static IReadOnlyList<string> SettingsFiles(string path) => File.Exists(path) ? [] : Files(path, f => System.IO.Path.GetExtension(f) is ".json" or ".txt");

    private static string[] Files(string folder, Func<string, bool> which) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(which).Order(StringComparer.Ordinal)];

    /// <summary>For the record of a run, by role: the file's or folder's name, and the SHA-256 of what it holds. Parts that were not given, do not exist or hold nothing are left out.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="withSettings">Of a folder the SHA-256 of its configuration and vocabulary too.</param>
    internal static JsonObject Record(IEnumerable<ModelPart> parts, bool withSettings = false)
    {
        var record = new JsonObject();
        foreach (var (role, path) in parts)
        {
            if (path is null || !(File.Exists(path) || Directory.Exists(path))) continue;
            var isFile = File.Exists(path);
            var (weights, settings) = (Hash(Files(path)), withSettings ? Hash(SettingsFiles(path)) : null);
            if ((weights ?? settings) is null) continue;
            var entry = new JsonObject { [isFile ? "file" : "folder"] = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path)) };
            if (weights is not null) entry["sha256"] = weights;
            if (settings is not null) entry["settings_sha256"] = settings;
            record[role] = entry;
        }
        return record;
    }

    /// <summary>Several files are known by the hash of their hashes, none by null.</summary>
    private static string? Hash(IReadOnlyList<string> files) => files.Count switch
    {
        0 => null,
        1 => Fingerprint.OfFile(files[0]),
        _ => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(files.Select(Fingerprint.OfFile))))),
    };
}
