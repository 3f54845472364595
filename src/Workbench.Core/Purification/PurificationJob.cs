using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>Pictures to purify and where to put them.</summary>
public sealed record PurificationJob
{
    /// <summary>The chain, as <see cref="PurifierChain.Parse"/> reads it.</summary>
    public required string Chain { get; init; }

    /// <summary>The picture files.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Folder for the results; made where missing.</summary>
    public required string Output { get; init; }

    /// <summary>Models for the chain.</summary>
    public PurifierSources Sources { get; init; } = new();

    /// <summary>Folder of clean pictures with the same file names, for <c>oracle</c>.</summary>
    public string? CleanFolder { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">There is no file, two results would share a name, or a result would replace its source.</exception>
    public void Validate()
    {
        if (Files.Count == 0) throw new ArgumentException("There is no picture to purify.");
        var clash = Files.GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (clash is not null) throw new ArgumentException($"Two pictures would both become {clash.Key}.png: {string.Join(", ", clash)}.");
        if (Files.Any(f => ImageFolder.Holds(Output, f)))
            throw new ArgumentException($"{Output} holds the pictures themselves; choose another folder for the results.");
        if (CleanFolder is { } clean && (ImageFolder.IsSame(clean, Output) || Files.Any(f => ImageFolder.Holds(Output, Path.Combine(clean, Path.GetFileName(f))))))
            throw new ArgumentException($"{Output} holds the clean pictures; choose another folder for the results.");
    }
}
