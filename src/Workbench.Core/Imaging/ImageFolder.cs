namespace Workbench.Imaging;

/// <summary>Finds the picture files of a folder.</summary>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>True when both paths name one folder, however they are written: relative, with a slash at the end.</summary>
    public static bool IsSame(string first, string second) => Normal(first) == Normal(second);

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

    private static string Normal(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
