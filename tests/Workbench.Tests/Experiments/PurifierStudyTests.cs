using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Tensors;
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
        var report = Study.Run(folder.Path, models, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2 * 2 * 2, report.Scores.Count);
        Assert.Contains("sr: ", Assert.Single(report.LeftOut), StringComparison.Ordinal);
        var untouched = report.Scores.Where(s => s is { Protection: "clean", Chain: "none" });
        Assert.All(untouched, s => Assert.True(s.Psnr.All(p => p == PurifierStudy.EqualPsnr) && s.Ssim.All(v => v > 0.999)));
        Assert.All(report.Scores.Where(s => s.Protection == "encoder"), s => Assert.True(s.Psnr.Max() < 60 && s.SecondsPerPhoto >= 0));
        var sheet = ImageCodec.Load(Path.Combine(folder.Path, "gallery.png"));
        Assert.True(sheet.Width > 8 * 16);
        var files = Directory.GetFiles(Path.Combine(folder.Path, "runs"), "*.json").ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var again = Study.Run(folder.Path, models, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(report.ToMarkdown(), again.ToMarkdown());
        Assert.All(files, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
    }

    [Fact]
    public void The_report_survives_writing_and_reading()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var report = (Study with { Subjects = 1, Protections = ["clean"] }).Run(folder.Path, TinyStudy.Models(folder), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        report.Write(folder.Path);
        Assert.Equal(report.ToMarkdown(), PurifierReport.Read(folder.Path).ToMarkdown());
        Assert.Contains("| gau(1) | ", File.ReadAllText(Path.Combine(folder.Path, "results.md")), StringComparison.Ordinal);
        Assert.Null(report.Mean("clean", "none", s => s.Perceptual));
    }

    [Fact]
    public void Unknown_protections_and_chains_are_refused_before_anything_runs()
    {
        Assert.Throws<ArgumentException>(() => (Study with { Protections = ["glass"] }).Run("nowhere", null!, new Seed(1)));
        using var folder = new TemporaryFolder();
        Assert.Contains("no purifier 'polish'", Assert.Throws<ArgumentException>(
            () => (Study with { Chains = ["polish"] }).Run(folder.Path, TinyStudy.Models(folder), new Seed(1))).Message, StringComparison.Ordinal);
    }
}
