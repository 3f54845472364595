using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Analysis;
using Workbench.Experiments;
using Workbench.Imaging;
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
    public void Alignment_to_the_training_prompt_stands_beside_noise_and_rows_that_lack_it_are_read_with_empty_cells()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (models, study) = (TinyStudy.Models(folder), Study with { Methods = ["encoder"] });
        var table = study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, study.Config.DreamBooth.InstancePrompt, study.Config.Probe);
        using var sets = models.Photos(0, study.Config.PhotosPerSet);
        using var clean = sets.B.Quantize();
        var expected = misalignment.Read("clean", clean, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Photo.Alignment, table.Of("clean")[0][ProtectionTable.Alignment], Close);
        Assert.Equal(expected.Reconstruction.Alignment, table.Of("clean")[0][ProtectionTable.ReconstructedAlignment], Close);
        Assert.NotEqual(table.Of("encoder")[0][ProtectionTable.Alignment], table.Of("clean")[0][ProtectionTable.Alignment]);
        // The clean rows as an earlier program wrote them.
        foreach (var file in Files(folder).Keys.Where(f => Path.GetFileName(f).StartsWith("clean", StringComparison.Ordinal)))
        {
            var row = JsonNode.Parse(File.ReadAllText(file))!;
            var values = row["row"]!["values"]!.AsObject();
            Assert.True(values.Remove(ProtectionTable.Alignment) && values.Remove(ProtectionTable.ReconstructedAlignment));
            File.WriteAllText(file, row.ToJsonString());
        }
        var files = Files(folder);
        var mixed = study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(files, Files(folder));
        var column = ProtectionTable.Columns.Single(c => c.Name == ProtectionTable.Alignment);
        Assert.Equal("", StudyTableText.Cell(mixed, "clean", column));
        Assert.Equal(StudyTableText.Cell(table, "encoder", column), StudyTableText.Cell(mixed, "encoder", column));
        Assert.Contains(column.Title, StudyTableText.Markdown(mixed), StringComparison.Ordinal);
        // A stored table without the columns is read as it is.
        (table with { Columns = [.. table.Columns.Where(c => !c.Name.Contains("alignment"))] }).Write(folder.Path);
        Assert.DoesNotContain("a(x) after", StudyTableText.Markdown(StudyTable.Read(folder.Path)), StringComparison.Ordinal);
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
    public void The_latent_shift_is_measured_in_the_autoencoders_own_precision_and_device()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using ImageBatch clean = TinyModel.Photos(3, 1), other = TinyModel.Photos(3, 2);
        var expected = ProtectionStudy.LatentShift(pipeline.Vae, clean, other);
        pipeline.Vae.to(ScalarType.BFloat16);
        var half = ProtectionStudy.LatentShift(pipeline.Vae, clean, other);
        for (var i = 0; i < 3; i++) Assert.InRange(half[i] / expected[i], 0.95, 1.05);
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

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-6;

    private static Dictionary<string, DateTime> Files(TemporaryFolder folder) =>
        Directory.GetFiles(Path.Combine(folder.Path, "photos"), "*.json").ToDictionary(f => f, File.GetLastWriteTimeUtc);
}
