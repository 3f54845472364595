using Workbench.Weights;

namespace Workbench.Purification;

/// <summary>A folder or file that a purifier reads.</summary>
/// <param name="Role">What it is to the purifier, for example <c>super_resolution</c>.</param>
/// <param name="Path">Where it lies; null where none was given.</param>
public sealed record PurifierPart(string Role, string? Path)
{
    /// <summary>A file itself; of a folder the weights and cascades in it and below, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is neither.</exception>
    internal static IReadOnlyList<string> Files(string path) => File.Exists(path) ? [path]
        : [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => WeightFiles.IsWeights(f) || f.EndsWith(".xml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
}
