namespace Workbench.Imaging;

/// <summary>Finds the picture files of a folder.</summary>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>As many links as Linux follows in one path.</summary>
    private const int MaximumLinks = 40;

    /// <summary>True when both paths name one folder, however they are written: relative, with a slash at the end, through symbolic links; elsewhere than on Linux with letters of either case.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool IsSame(string first, string second) =>
        string.Equals(Real(first), Real(second), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a file lies directly in a folder, or is a symbolic link to one that does.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool Holds(string folder, string file) =>
        IsSame(folder, Path.GetDirectoryName(Path.GetFullPath(file))!) || IsSame(folder, Path.GetDirectoryName(Real(file))!);

    /// <summary>The picture files directly in <paramref name="folder"/>, in ordinal order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no picture.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder of pictures.");
        var files = Directory.EnumerateFiles(folder).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).ToArray();
        return files.Length > 0 ? files
            : throw new InvalidDataException($"{folder}: no picture here (looked for {string.Join(", ", Extensions)}).");
    }

    /// <summary>The path without links, its parents' followed too; what does not exist yet is taken as written.</summary>
    private static string Real(string path)
    {
        var left = MaximumLinks;
        return Follow(path);

        string Follow(string at)
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(at));
            if (Path.GetDirectoryName(full) is not { } parent) return full;
            var realParent = Follow(parent);
            var place = Path.Combine(realParent, Path.GetFileName(full));
            if (new FileInfo(place).LinkTarget is not { } target) return place;
            return left-- > 0 ? Follow(Path.Combine(realParent, target)) : throw new IOException($"{path}: too many symbolic links, they may lead in a circle.");
        }
    }
}
