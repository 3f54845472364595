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
    internal static IReadOnlyList<string> Files(string path) => File.Exists(path) ? [path]
        : [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => WeightFiles.IsWeights(f) || f.EndsWith(".xml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>For the record of a run, by role: the file's or folder's name, and the SHA-256 of what it holds. Parts that were not given, do not exist or hold nothing are left out.</summary>
    internal static JsonObject Record(IEnumerable<ModelPart> parts)
    {
        var record = new JsonObject();
        foreach (var (role, path) in parts)
        {
            if (path is null || !(File.Exists(path) || Directory.Exists(path))) continue;
            string[] hashes = [.. Files(path).Select(Fingerprint.OfFile)];
            if (hashes.Length == 0) continue;
            // Several files are known by the hash of their hashes.
            var sha = hashes.Length == 1 ? hashes[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes))));
            record[role] = new JsonObject { [File.Exists(path) ? "file" : "folder"] = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path)), ["sha256"] = sha };
        }
        return record;
    }
}
