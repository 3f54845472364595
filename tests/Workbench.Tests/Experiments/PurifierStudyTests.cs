using Workbench.Experiments;
using Workbench.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class PurifierStudyTests
{
    private static readonly PurifierStudy Study = PurifierStudy.Smoke with { Chains = ["none", "gau(1)", "sr"], Config = TinyStudy.Config };

    [Fact]
    public void A_row_a_chain_protection_and_person_a_gallery_and_nothing_measured_twice()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var table = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2 * 2 * 2, table.Rows.Count);
        Assert.Contains("sr: ", Assert.Single(table.LeftOut), StringComparison.Ordinal);
        Assert.All(table.Of("none", "photos: clean"), r => Assert.True(r[PurifierTable.Psnr].All(p => p == PurifierStudy.EqualPsnr) && r[PurifierTable.Ssim].All(v => v > 0.999)));
        Assert.All(table.Rows.Where(r => r.Group == "photos: encoder"), r => Assert.True(r[PurifierTable.Psnr].Max() < 60 && r[PurifierTable.Seconds].Count == 1));
        Assert.True(Study.Gallery(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken).Width > 8 * 16);
        var files = Directory.GetFiles(Path.Combine(folder.Path, "rows"), "*.json").ToDictionary(f => f, File.GetLastWriteTimeUtc);
        Assert.Equal(8, files.Count);
        var again = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(StudyTableText.Markdown(table), StudyTableText.Markdown(again));
        Assert.All(files, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
    }

    [Fact]
    public void Metrics_of_ones_own_become_columns()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var study = Study with { Subjects = 1, Protections = ["clean"], Metrics = [new Ssim()] };
        var table = study.Run(folder.Path, TinyStudy.Models(folder), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new Ssim().Name, table.Columns[0].Name);
        Assert.Equal(table.Mean("gau(1)", PurifierTable.Ssim, "photos: clean"), table.Mean("gau(1)", new Ssim().Name, "photos: clean"));
    }

    [Fact]
    public void Unknown_protections_and_chains_are_refused_before_anything_runs()
    {
        Assert.Throws<ArgumentException>(() => (Study with { Protections = ["glass"] }).Run("nowhere", null!));
        using var folder = new TemporaryFolder();
        Assert.Contains("no purifier 'polish'", Assert.Throws<ArgumentException>(
            () => (Study with { Chains = ["polish"] }).Run(folder.Path, TinyStudy.Models(folder))).Message, StringComparison.Ordinal);
    }
}
