using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Tests.Metrics;
using Workbench.Tests.Personalization;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class MisalignmentStudyTests
{
    private static readonly MisalignmentStudy Tiny = new()
    {
        Subjects = 3, Perturbations = ["random-sign", "encoder"], Purifiers = ["jpeg(50)"], Purified = ["clean", "encoder"], Config = TinyStudy.Config,
    };

    [Fact]
    public void Every_condition_is_read_for_every_person_and_written_results_read_back()
    {
        using var folder = new TemporaryFolder();
        using var models = new Owned(folder);
        var seen = new List<(string, int, int)>();
        var report = Tiny.Read(models.Value, folder.File("cache"), (condition, subject, photos) => seen.Add((condition, subject, photos.Count)));
        Assert.Equal(["clean", "random-sign", "encoder", "clean → jpeg(50)", "encoder → jpeg(50)"], report.Conditions);
        Assert.Equal(15, report.Entries.Count);
        Assert.Equal(15, seen.Count);
        Assert.All(seen, s => Assert.Equal(2, s.Item3));
        report.Write(folder.Path);
        var back = MisalignmentReport.Read(folder.Path);
        Assert.Equal(report.Mean("encoder", r => r.Photo.Alignment), back.Mean("encoder", r => r.Photo.Alignment));
        Assert.Equal((report.TrainingPrompt, 11, models.Value.WeightsFingerprint()), (back.TrainingPrompt, back.BudgetLevels, back.Model));
        Assert.Null(back.Entries[0].Reading.Photo.Embeddings);
    }

    [Fact]
    public void A_stopped_study_goes_on_and_other_settings_are_measured_anew()
    {
        using var folder = new TemporaryFolder();
        using var models = new Owned(folder);
        using var stop = new CancellationTokenSource();
        var out1 = folder.File("out");
        var begun = new List<string>();
        var watch = new Immediate<(string Stage, double Fraction)>(p => { begun.Add(p.Stage); if (p.Stage.StartsWith("person 1", StringComparison.Ordinal)) stop.Cancel(); });
        Assert.ThrowsAny<OperationCanceledException>(() => Tiny.Run(out1, models.Value, null, watch, stop.Token));
        Assert.Equal(["subject0.json"], Directory.GetFiles(out1, "*.json").Select(Path.GetFileName));
        begun.Clear();
        var report = Tiny.Run(out1, models.Value, null, new Immediate<(string Stage, double Fraction)>(p => begun.Add(p.Stage)));
        Assert.DoesNotContain(begun, b => b.StartsWith("person 0", StringComparison.Ordinal));
        Assert.Equal(15, report.Entries.Count);
        var whole = Tiny.Read(models.Value, folder.File("cache"));
        Assert.Equal(whole.Mean("encoder", r => r.Photo.Alignment).Mean, report.Mean("encoder", r => r.Photo.Alignment).Mean, 9);
        begun.Clear();
        (Tiny with { Budget = LinfBudget.Of255(4) }).Run(out1, models.Value, null, new Immediate<(string Stage, double Fraction)>(p => begun.Add(p.Stage)));
        var heard = begun.Select(b => b.Split(':')[0]).Distinct().ToArray();
        Assert.Equal((15 + 1, "person 0, clean", "all people"), (heard.Length, heard[0], heard[^1]));
    }

    [Fact]
    public void Photos_of_another_study_are_taken_from_the_shared_folder()
    {
        using var folder = new TemporaryFolder();
        using var models = new Owned(folder);
        var made = new ScenarioPhotos(models.Value, TinyStudy.Config, folder.File("cache"));
        made.Protected(Scenario.Of("any", "encoder", 11, 0, 0), cancellationToken: TestContext.Current.CancellationToken).Pictures.Dispose();
        var stages = new List<string>();
        (Tiny with { Subjects = 2 }).Run(folder.File("out"), models.Value, new StudyWork { CacheFolder = folder.File("cache") }, new Immediate<(string Stage, double Fraction)>(p => stages.Add(p.Stage)),
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain("person 0, encoder: protect", stages);
        Assert.Contains("person 1, encoder: protect", stages);
    }

    [Fact]
    public void Comparisons_pair_people()
    {
        var report = new MisalignmentReport([.. from subject in Enumerable.Range(0, 6) from harm in new[] { 0.0, 0.2 }
                                                let reading = new Workbench.Analysis.AlignmentReading([subject - harm, subject - harm], [0, 0], [0, 0])
                                                select new MisalignmentEntry(subject, new(harm == 0 ? "clean" : "encoder", reading, reading))]);
        var comparison = report.Compare("encoder", "clean", "alignment", true, r => r.Photo.Alignment);
        Assert.Equal(6, comparison.Pairs);
        Assert.Equal(-0.2, comparison.Difference.High, 1e-9);
        Assert.Equal(2.0 / 64, comparison.PValue, 1e-9);
        Assert.Contains("clean, encoder", Assert.Throws<ArgumentException>(() => report.Of("aspl")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_purified_must_be_among_the_perturbations() =>
        Assert.Contains("'fsmg'", Assert.Throws<ArgumentException>(() => { using var f = new TemporaryFolder(); using var m = new Owned(f); return (Tiny with { Purified = ["fsmg"] }).Read(m.Value, f.File("cache")); }).Message, StringComparison.Ordinal);

    private sealed class Owned(TemporaryFolder folder) : IDisposable
    {
        public ScenarioModels Value { get; } = TinyStudy.Models(folder);

        public void Dispose() => Value.Pipeline.Dispose();
    }
}
