using Workbench.Worlds;

namespace Workbench.Experiments;

/// <summary>A study whose results may lie in <c>data/results</c>, and the command that puts them there.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="File">The file that notebooks read.</param>
/// <param name="Command">What makes it, after <c>workbench</c>.</param>
/// <param name="Cost">About how long that takes on one core; with 16-bit matrix units, where both are known.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record StoredStudy(string Name, string File, string Command, string Cost)
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<StoredStudy> All { get; } =
    [
        new("mini-world", "results.json", "study run --out data/results/mini-world, then study report data/results/mini-world", "an hour for eight people"),
        new("grid", "results.md", "study grid", "two hours for four people and two protections; five without 16-bit matrix units"),
        new("adaptive", StudyRuns.FileName, "study adaptive", "50 minutes for four people"),
        new("adaptive-paper", StudyRuns.FileName, "study adaptive --protections advdm-guided --chains none --budget 16 --subjects 8 --work out/adaptive-paper --out data/results/adaptive-paper", "an hour for eight people"),
        new("ablations", StudyRuns.FileName, "study ablations --part switches", "40 minutes for four people, an hour with CodeFormer"),
        new("sweeps", StudyRuns.FileName, "study ablations --part sweeps --work out/sweeps --out data/results/sweeps", "45 minutes for four people"),
        new("identifier", StudyRuns.FileName, "study ablations --part identifier --subjects 8 --work out/identifier --out data/results/identifier --reuse data/results/mini-world", "half an hour for eight people"),
        new("purifiers", "results.md", "study purifiers", "half an hour, most of it diffusion purifiers"),
        new("perturbations", "results.md", "study protections", "half an hour"),
        new("misalignment", MisalignmentReport.FileName, "study misalignment", "twenty minutes for eight people; fifty without 16-bit matrix units"),
        new("shortcut", "subject0.json", "study shortcut", "an hour for four people"),
    ];

    /// <summary>The study of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StoredStudy Of(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"There is no study '{name}'; there are: {string.Join(", ", All.Select(s => s.Name))}.", nameof(name));

    /// <summary>Folder of the results that come with the workbench.</summary>
    public static string Results => Path.GetFullPath(Path.Combine(MiniWorldModels.Find(), "..", "..", "results"));

    /// <summary>Folder of this study's results.</summary>
    public string Folder => Path.Combine(Results, Name);

    /// <summary>True when there are results.</summary>
    public bool IsThere => System.IO.File.Exists(Path.Combine(Folder, File));

    /// <summary>What a notebook says where there are none.</summary>
    public override string ToString() => IsThere ? $"'{Name}' is stored in {Path.Combine("data", "results", Name)}."
        : $"'{Name}' is not stored yet: 'workbench {Command}' makes it (on one core: {Cost}).";
}
