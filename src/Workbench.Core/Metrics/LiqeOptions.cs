namespace Workbench.Metrics;

/// <summary>Words and patches of <see cref="Liqe"/>; the defaults are the published ones, 5 × 9 × 11 = 495 prompts.</summary>
public sealed record LiqeOptions
{
    /// <summary>The published settings.</summary>
    public static LiqeOptions Published { get; } = new();

    /// <summary>Grades from 1 upwards.</summary>
    public IReadOnlyList<string> Qualities { get; init; } = ["bad", "poor", "fair", "good", "perfect"];

    /// <summary>What pictures show.</summary>
    public IReadOnlyList<string> Scenes { get; init; } = ["animal", "cityscape", "human", "indoor", "landscape", "night", "plant", "still_life", "others"];

    /// <summary>What spoils them.</summary>
    public IReadOnlyList<string> Artifacts { get; init; } =
    [
        "jpeg2000 compression", "jpeg compression", "noise", "blur", "color", "contrast", "overexposure", "underexposure", "spatial", "quantization", "other",
    ];

    /// <summary>Distance of neighbouring patches, pixels.</summary>
    public int Stride { get; init; } = 32;

    /// <summary>How many patches of a picture are looked at, spread evenly over all.</summary>
    public int Patches { get; init; } = 15;

    /// <summary>The prompts: for each quality all scenes, for each scene all artifacts.</summary>
    public IReadOnlyList<string> Prompts() =>
        [.. from quality in Qualities from scene in Scenes from artifact in Artifacts select $"a photo of a {scene} with {artifact} artifacts, which is of {quality} quality"];

    /// <summary>Checks lists and numbers.</summary>
    /// <exception cref="ArgumentException">Names the property.</exception>
    public void Validate()
    {
        if (Qualities.Count == 0 || Scenes.Count == 0 || Artifacts.Count == 0) throw new ArgumentException("LIQE needs at least one quality, scene and artifact.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Patches, 1);
    }
}
