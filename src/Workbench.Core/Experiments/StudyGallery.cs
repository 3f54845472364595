using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>What a study saw and drew, as two pictures: one person's photos, and a row of generations for each condition.</summary>
public static class StudyGallery
{
    private const int MaxColumns = 8;
    private const double Gain = 8;
    private const string Person = "the person's photos";

    /// <summary>Writes <c>photos.png</c> and <c>generations.png</c> from the pictures that a study's runs keep.</summary>
    /// <param name="folder">Folder of the study.</param>
    /// <param name="target">Folder of the two pictures.</param>
    /// <param name="budgetLevels">Size of the perturbations to show.</param>
    /// <param name="subject">Whose; null: the first person whose clean and protected runs have pictures.</param>
    /// <returns>False, and nothing written, where no such run kept its pictures.</returns>
    public static bool Write(string folder, string target, double budgetLevels = 11, int? subject = null)
    {
        var runs = ScenarioGrid.Read(folder).Select(r => r.Scenario).Where(s => !s.IsPerturbed || s.BudgetLevels == budgetLevels)
            .Where(s => HasPictures(folder, s, "generated")).ToArray();
        if (runs.Where(s => subject is null || s.Subject == subject).GroupBy(s => (s.Subject, s.Seed))
            .FirstOrDefault(g => g.Any(s => s.Condition == MiniWorldStudy.Clean) && g.Any(s => s.Condition == MiniWorldStudy.Protected)) is not { } person) return false;
        var rows = person.OrderBy(s => MiniWorldStudy.Conditions.ToList().IndexOf(s.Condition)).ToArray();
        string Training(string condition) => Pictures(folder, rows.Single(s => s.Condition == condition), "training");
        using ImageBatch clean = ImageBatch.Load(Training(MiniWorldStudy.Clean)), guarded = ImageBatch.Load(Training(MiniWorldStudy.Protected));
        using var difference = DifferenceImage.Of(clean, guarded, Gain);
        List<(string, IReadOnlyList<RgbImage>)> photos = [.. rows.Where(s => !s.Decoupling.IsOn).Select(s => (s.Condition, Images(Training(s.Condition))))];
        photos.Add(("protected minus clean, x8", difference.Images()));
        Sheet(photos).SavePng(Path.Combine(target, "photos.png"));
        Sheet([(Person, clean.Images()), .. rows.Select(s => (s.Label, Images(Pictures(folder, s, "generated"))))]).SavePng(Path.Combine(target, "generations.png"));
        return true;
    }

    /// <summary>Writes a row of generations for each run of one person and seed, below the person's photos where a run of clean ones kept them.</summary>
    /// <param name="folder">Folder of a grid.</param>
    /// <param name="file">The picture.</param>
    /// <param name="rows">The runs to show, in order; null: all, in the order of their keys.</param>
    /// <returns>False, and nothing written, where no run kept its pictures.</returns>
    public static bool WriteGenerations(string folder, string file, IReadOnlyList<Scenario>? rows = null)
    {
        var runs = (rows ?? [.. ScenarioGrid.Read(folder).Select(r => r.Scenario)]).Where(s => HasPictures(folder, s, "generated")).ToArray();
        if (runs.Length == 0) return false;
        var person = runs.Where(s => s.Subject == runs[0].Subject && s.Seed == runs[0].Seed).ToArray();
        var photos = person.FirstOrDefault(s => s is { IsPerturbed: false, Purifier: "none" } && HasPictures(folder, s, "training"));
        (string, IReadOnlyList<RgbImage>)[] above = photos is null ? [] : [(Person, Images(Pictures(folder, photos, "training")))];
        Sheet([.. above, .. person.Select(s => (s.Label, Images(Pictures(folder, s, "generated"))))]).SavePng(file);
        return true;
    }

    /// <summary>Whether a finished run kept pictures: a stopped one may have left some.</summary>
    internal static bool HasPictures(string folder, Scenario scenario, string name) => File.Exists(Path.Combine(folder, "runs", scenario.Key, ScenarioGrid.ManifestFile))
        && Pictures(folder, scenario, name) is var pictures && Directory.Exists(pictures) && Directory.EnumerateFiles(pictures, "*.png").Any();

    private static string Pictures(string folder, Scenario scenario, string name) => Path.Combine(folder, "runs", scenario.Key, name);

    private static IReadOnlyList<RgbImage> Images(string folder)
    {
        using var batch = ImageBatch.Load(folder);
        return batch.Images();
    }

    private static RgbImage Sheet(IReadOnlyList<(string Label, IReadOnlyList<RgbImage> Pictures)> rows)
    {
        var columns = Math.Min(MaxColumns, rows.Max(r => r.Pictures.Count));
        var blank = new RgbImage(1, 1, (255, 255, 255));
        var cells = rows.SelectMany(r => Enumerable.Range(0, columns).Select(i => (Picture: i < r.Pictures.Count ? r.Pictures[i] : blank, Label: i == 0 ? r.Label : ""))).ToArray();
        return ContactSheet.Compose([.. cells.Select(c => c.Picture)], columns, [.. cells.Select(c => c.Label)]);
    }
}
