using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>What the purifiers of a chain may need besides the pictures.</summary>
public sealed record PurifierSources
{
    /// <summary>Folder of an upscaler, for <c>sr</c>.</summary>
    public string? Upscaler { get; init; }

    /// <summary>Folder of a CodeFormer, for <c>code</c>.</summary>
    public string? Restorer { get; init; }

    /// <summary>The clean pictures, for <c>oracle</c>.</summary>
    public ImageBatch? Clean { get; init; }

    /// <summary>The folders inside a model folder: <c>super_resolution/</c> and <c>restoration/</c>, where they exist.</summary>
    public static PurifierSources FromModelFolder(string folder) => new()
    {
        Upscaler = Existing(folder, "super_resolution"),
        Restorer = Existing(folder, "restoration"),
    };

    private static string? Existing(string folder, string name) =>
        Path.Combine(folder, name) is var path && File.Exists(Path.Combine(path, "config.json")) ? path : null;
}
