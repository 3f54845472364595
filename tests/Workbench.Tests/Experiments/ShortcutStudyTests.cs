using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Metrics;
using Workbench.Tests.Personalization;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class ShortcutStudyTests
{
    private static readonly ShortcutOptions Tiny = ShortcutOptions.Smoke with
    {
        Profile = Profile.Smoke, PhotosPerSet = 2, Others = 2, Doses = [11], DreamBooth = TinyStudy.Config.DreamBooth, Sampling = TinyStudy.Config.Sampling,
        Swapped = new("noisy"),
    };

    [Fact]
    public void Every_experiment_leaves_rows_and_a_finished_person_is_not_done_again()
    {
        using var temporary = new TemporaryFolder();
        var models = TinyStudy.Models(temporary);
        using var pipeline = models.Pipeline;
        var folder = temporary.File("study");
        var begun = new List<string>();
        var report = ShortcutStudy.Run(models, Tiny, [0], folder, new Seed(1), new Immediate<string>(begun.Add));
        Assert.Equal(1 + 8, begun.Count);
        Assert.Equal(1, report.People);
        Assert.Equal([ShortcutStudy.Clean, ShortcutStudy.Random, ShortcutStudy.Protected, ShortcutStudy.Decoupled, ShortcutStudy.Swapped], report.Trainings(ShortcutExperiment.Fitting));
        Assert.Equal(7, report.Trainings(ShortcutExperiment.Extraction).Count);
        // The training sentence of decoupling, and its two controls: the same sentence asked of a plain model, and the token behind the class.
        Assert.NotNull(report.Mean(ShortcutExperiment.Extraction, ShortcutStudy.Decoupled, "a photo of sks person, bhj noisy pattern", "identity"));
        Assert.NotNull(report.Mean(ShortcutExperiment.Extraction, ShortcutStudy.Protected, "a photo of sks person, bhj noisy pattern", "identity"));
        Assert.NotNull(report.Mean(ShortcutExperiment.Extraction, ShortcutStudy.Decoupled, "a photo of person, bhj noisy pattern", "identity"));
        Assert.InRange(report.Mean(ShortcutExperiment.Extraction, ShortcutStudy.Pattern, "a photo of sks", "contrast")!.Mean, 1e-6, 1e6);
        // Every topic of the notebook is answered, and the sheet holds the photos and a row for each of the four prompts.
        Assert.Equal(Enum.GetValues<ShortcutTopic>(), ShortcutAnswers.Of(report, Tiny).All.Select(a => a.Question.Topic).Distinct());
        var (person, sheet) = Assert.Single(ShortcutSheet.Read(folder, [0, 1]));
        using var photo = TinyModel.Photos(1, 1);
        var side = photo.Width * (128 / photo.Width);
        Assert.Equal((0, 8 * (side + 4) + 4), (person, sheet.Width));
        Assert.InRange(sheet.Height, 5 * side, 6 * side);
        Assert.Equal(["0", "11"], report.Trainings(ShortcutExperiment.Dose));
        Assert.Equal(0, report.Mean(ShortcutExperiment.Fitting, ShortcutStudy.Protected, "noise", "loss")!.Mean);
        Assert.InRange(report.Mean(ShortcutExperiment.Gradient, ShortcutStudy.Protected, "identifier", "share", 1)!.Mean, 1e-9, 1);
        Assert.InRange(report.Mean(ShortcutExperiment.Spectrum, ShortcutStudy.Random, "match", "correlation")!.Mean, -1, 1);
        Assert.NotNull(report.Difference(ShortcutExperiment.Extraction, "noise_log_odds", new(ShortcutStudy.Protected, "a photo of sks person"), new(ShortcutStudy.Clean, "a photo of sks person")));
        Assert.Null(report.Mean(ShortcutExperiment.Extraction, "no such training", "a photo of sks person", "identity"));
        var again = ShortcutStudy.Run(models, Tiny, [0], folder, new Seed(1), new Immediate<string>(begun.Add));
        Assert.Equal(1 + 8, begun.Count);
        Assert.Equal(report.Rows.Count, again.Rows.Count);
        ShortcutStudy.Run(models, Tiny with { Doses = [] }, [0], folder, new Seed(1), new Immediate<string>(begun.Add));
        Assert.Equal(1 + 8 + 1 + 7, begun.Count);
        // Another person of other settings, or of the same ones that is being made again, is not averaged with the first.
        File.Copy(Path.Combine(folder, "subject0.json"), Path.Combine(folder, "subject1.json"));
        var one = again.Rows.Count(r => r.Experiment != "dose");
        Assert.Equal(one, ShortcutStudy.Run(models, Tiny with { Doses = [] }, [0], folder, new Seed(1)).Rows.Count);
        Assert.Contains("subject1.json", Assert.Throws<InvalidDataException>(() => ShortcutReport.Read(folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "subject1.settings"), File.ReadAllText(Path.Combine(folder, "subject0.settings")));
        Assert.Equal(2 * one, ShortcutReport.Read(folder).Rows.Count);
    }

    [Fact]
    public void Differences_pair_the_same_draws_and_intervals_resample_people_where_there_are_several()
    {
        ShortcutRow Row(string training, int subject, params double[] values) => new(ShortcutExperiment.Extraction, training, "p", "s", 0, subject, values);
        var report = new ShortcutReport([Row("a", 0, 1, 5), Row("b", 0, 0, 4), Row("a", 1, 2, 9), Row("b", 1, 1, 8)]);
        var difference = report.Difference(ShortcutExperiment.Extraction, "s", new("a", "p"), new("b", "p"))!;
        Assert.Equal((1, 1, 1), (difference.Mean, difference.Low, difference.High));
        var mean = report.Mean(ShortcutExperiment.Extraction, "a", "p", "s")!;
        Assert.Equal((4.25, 3, 5.5), (mean.Mean, mean.Low, mean.High));
        var single = new ShortcutReport([Row("a", 0, 1, 5)]).Mean(ShortcutExperiment.Extraction, "a", "p", "s")!;
        Assert.Equal((3, 1, 5), (single.Mean, single.Low, single.High));
        Assert.Empty(ShortcutReport.Read(Path.Combine(Path.GetTempPath(), "no-such-folder-of-a-study")).Rows);
    }
}
