using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class ProtectionStudyTests
{
    private static readonly ProtectionStudy Study = ProtectionStudy.Smoke with { Methods = ["random-sign", "encoder"], Config = TinyStudy.Config };

    [Fact]
    public void A_row_a_method_and_person_that_is_not_measured_twice()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var made = 0;
        var report = Study.Run(folder.Path, models, new Seed(1), (_, _, _) => made++, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(6, made);
        Assert.Equal(["clean", "random-sign", "encoder"], report.Methods);
        Assert.All(report.Of("clean"), s => Assert.Equal((0, 0.0, 0), (s.MaxLevels, s.LatentShift.Max(), s.Psnr.Count)));
        Assert.All(report.Of("encoder"), s => Assert.True(s is { MaxLevels: > 0 and <= 11, Psnr.Count: 2 } && s.LatentShift.Min() > 0));
        var again = Study.Run(folder.Path, models, new Seed(1), (_, _, _) => made++, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(6, made);
        Assert.Equal(report.ToMarkdown(), again.ToMarkdown());
        Study.Run(folder.Path, models, new Seed(2), (_, _, _) => made++, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(12, made);
    }

    [Fact]
    public void The_report_survives_writing_and_reading_and_shows_every_method()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var report = Study.Run(folder.Path, TinyStudy.Models(folder), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        report.Write(folder.Path);
        var read = ProtectionReport.Read(folder.Path);
        Assert.Equal(report.ToMarkdown(), read.ToMarkdown());
        Assert.Contains("| encoder | ", File.ReadAllText(Path.Combine(folder.Path, "results.md")), StringComparison.Ordinal);
        Assert.Null(read.Mean("clean", s => s.Psnr));
        Assert.Throws<ArgumentException>(() => read.Of("aspl"));
    }

    [Fact]
    public void An_unknown_method_is_refused_before_anything_runs() =>
        Assert.Throws<ArgumentException>(() => (Study with { Methods = ["glass"] }).Run("nowhere", null!, new Seed(1)));
}
