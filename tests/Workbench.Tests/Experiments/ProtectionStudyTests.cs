using Workbench.Experiments;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class ProtectionStudyTests
{
    private static readonly ProtectionStudy Study = ProtectionStudy.Smoke with { Methods = ["random-sign", "encoder"], Config = TinyStudy.Config, WithDreamBooth = false };

    [Fact]
    public void A_row_a_method_and_person_that_is_not_measured_twice()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var table = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((6, 2), (table.Rows.Count, table.People));
        Assert.Equal(["clean", "random-sign", "encoder"], table.Names);
        Assert.All(table.Of("clean"), r => Assert.Equal((0, 0.0, 0), (r[ProtectionTable.MaxLevels][0], r[ProtectionTable.LatentShift].Max(), r[ProtectionTable.Psnr].Count)));
        Assert.All(table.Of("encoder"), r => Assert.True(r[ProtectionTable.MaxLevels][0] is > 0 and <= 11 && r[ProtectionTable.Psnr].Count == 2 && r[ProtectionTable.LatentShift].Min() > 0));
        var files = Files(folder);
        var again = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(StudyTableText.Markdown(table), StudyTableText.Markdown(again));
        Assert.Equal(files, Files(folder));
        Assert.NotEqual(StudyTableText.Markdown(table), StudyTableText.Markdown((Study with { Seed = 5 }).Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void With_DreamBooth_every_method_is_trained_on_and_the_papers_numbers_stand_beside()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (models, study) = (TinyStudy.Models(folder), Study with { Methods = ["aspl"], WithDreamBooth = true });
        var first = study.Run(folder.Path, models, new StudyWork(1, 2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([1, 1], first.Rows.Select(r => r.Subject));
        var all = study.Run(folder.Path, models, new StudyWork(0, 2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(4, all.Rows.Count);
        Assert.All(all.Rows, r => Assert.Equal(2, r[ProtectionTable.DrawnIdentity].Count));
        Assert.Contains("(paper: IMS -0.67)", StudyTableText.Markdown(all), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_study_keeps_what_is_finished()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var models = TinyStudy.Models(folder);
        var study = Study with { Methods = ["encoder"] };
        Assert.ThrowsAny<OperationCanceledException>(() => study.Run(folder.Path, models, progress: new Immediate<(string Stage, double Fraction)>(p =>
        {
            if (p.Fraction > 0.4) stop.Cancel();
        }), cancellationToken: stop.Token));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder.Path, "photos"), "*.json"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial", SearchOption.AllDirectories));
        Assert.Equal(4, study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken).Rows.Count);
    }

    [Fact]
    public void An_unknown_method_is_refused_before_anything_runs() =>
        Assert.Throws<ArgumentException>(() => (Study with { Methods = ["glass"] }).Run("nowhere", null!));

    private static Dictionary<string, DateTime> Files(TemporaryFolder folder) =>
        Directory.GetFiles(Path.Combine(folder.Path, "photos"), "*.json").ToDictionary(f => f, File.GetLastWriteTimeUtc);
}
