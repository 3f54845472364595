using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>What a <see cref="DefenseGrid"/> drew: a row a purifier, some pictures a mode, one person.</summary>
public static class DefenseGallery
{
    private const int PicturesEach = 3;

    /// <summary>Lays out the first person's pictures for the first protection; null where no run kept any.</summary>
    /// <param name="folder">Folder of the runs.</param>
    /// <param name="grid">The grid.</param>
    public static RgbImage? Compose(string folder, DefenseGrid grid)
    {
        var protection = grid.Protections[0];
        var runs = grid.Scenarios().Where(s => s is { Subject: 0, Seed: 0 } && (s.IsPerturbed ? s.Perturbation == protection : s.Purifier == "none"))
            .Where(s => StudyGallery.HasPictures(folder, s, "generated")).ToArray();
        if (runs.Length == 0) return null;
        var blank = new RgbImage(1, 1, (255, 255, 255));
        var (cells, labels) = (new List<RgbImage>(), new List<string>());
        foreach (var row in runs.GroupBy(s => (s.IsPerturbed, s.Purifier)))
            foreach (var mode in grid.Modes)
            {
                IReadOnlyList<RgbImage> drawn = row.FirstOrDefault(s => s.Decoupling == mode.Decoupling) is { } run ? Load(Pictures(folder, run)) : [];
                for (var i = 0; i < PicturesEach; i++)
                {
                    cells.Add(i < drawn.Count ? drawn[i] : blank);
                    labels.Add(i > 0 ? "" : $"{(row.Key.IsPerturbed ? protection : ProtectionStudy.Clean)}, {row.Key.Purifier}, {mode.Name}");
                }
            }
        return ContactSheet.Compose(cells, PicturesEach * grid.Modes.Count, labels);
    }

    private static string Pictures(string folder, Scenario scenario) => Path.Combine(folder, "runs", scenario.Key, "generated");

    private static IReadOnlyList<RgbImage> Load(string folder)
    {
        using var batch = ImageBatch.Load(folder);
        return batch.Images();
    }
}
