using TorchSharp;
using Workbench.Experiments;
using Workbench.Metrics;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Metrics;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Experiments;

/// <summary>A folder laid out as a real model, photos laid out as real people, and the smallest files of the published scores.</summary>
public sealed class StudyModelsTests : IDisposable
{
    private readonly TemporaryFolder folder = new(), files = new();
    private readonly string model, photos;

    public StudyModelsTests()
    {
        (model, photos) = (folder.File("model"), folder.File("photos"));
        RandomModelFolder.Write(model, new Seed(1));
        PhotoDatasetTests.Write(photos, "n1");
    }

    public void Dispose()
    {
        torch.set_num_threads(1);
        folder.Dispose();
        files.Dispose();
    }

    [Fact]
    public void A_grid_on_a_real_models_folder_has_the_published_scores_beside_its_own()
    {
        using var opened = StudyModels.OfPhotos(model, photos, TinyMetricFiles.Write(files), PurifierSources.FromModelFolder(model));
        Assert.Equal(["CLIP-IQA", "FDFR", "SDS (face)", "IMS-IP", "ISM", "IMS-VGG", "IMS (published)", "LIQE", "Q (published)", "BRISQUE"], opened.Models.Published.Select(m => m.Name));
        var grid = DefenseGrid.Smoke with { Config = TinyStudy.Config with { SubjectWord = "face" }, Chains = ["none"], Protections = ["aspl"], Modes = [DefenseMode.Plain] };
        var results = grid.In(folder.File("work")).Run(opened.Models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, results.Count);
        var picture = results[0].Images[0];
        Assert.Equal(opened.Models.Published.Select(m => m.Name), picture.Published!.Keys);
        Assert.Equal(picture.Published["IMS-IP"], picture.Identity, 1e-9);
        Assert.Equal((2 * (picture.Published["LIQE"] - 1) / 4 - 1 + picture.Quality) / 2, picture.Published["Q (published)"], 1e-6);

        var table = DefenseTable.Of(results);
        Assert.Equal(results.Single(r => r.Scenario.IsPerturbed).Mean(i => i.Published!["IMS (published)"]), table.Mean("none", "aspl: IMS (published)", "plain")!.Mean, 1e-9);
        // The paper's numbers stand beside what compares with them.
        Assert.Equal(["aspl: IMS (published)", "aspl: Q (published)"], table.Remarks.Where(r => r.Column.StartsWith("aspl", StringComparison.Ordinal) && r.Text.Contains("paper", StringComparison.Ordinal)).Select(r => r.Column).Distinct());
        Assert.DoesNotContain("other networks", table.Words, StringComparison.Ordinal);
        var run = RunScores.Of(results[0]);
        Assert.Equal((picture.Published["IMS (published)"] + picture.Published["Q (published)"]) / 2, run.Of(RunScores.Average)[0], 1e-4);

        // Nor are the runs of other people under the same numbers taken for theirs, finished here or in another study.
        var others = folder.File("others");
        PhotoDatasetTests.Write(others, "m0", "n1");
        Directory.Delete(Path.Combine(others, "m0"), recursive: true);
        using (var strangers = StudyModels.OfPhotos(model, others, TinyMetricFiles.Write(files), PurifierSources.FromModelFolder(model)))
        {
            Assert.Contains("another person's photos", Assert.Throws<InvalidDataException>(() => grid.In(folder.File("work")).Run(strangers.Models, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
            var photosOfThem = new ScenarioPhotos(strangers.Models, grid.Config, folder.File("cache"));
            var photosOfUs = new ScenarioPhotos(opened.Models, grid.Config, folder.File("cache"));
            Assert.NotEqual(photosOfUs.People(0), photosOfThem.People(0));
            Assert.Equal(photosOfUs.Model, photosOfThem.Model);
        }

        // Runs that other networks scored do not mix with these.
        using var other = StudyModels.OfPhotos(model, photos, TinyMetricFiles.Write(files) with { VggFace = null }, PurifierSources.FromModelFolder(model));
        Assert.NotEqual(opened.Models.ScorersFingerprint(), other.Models.ScorersFingerprint());
    }

    [Fact]
    public void What_nothing_could_be_scored_without_is_asked_for_before_any_work()
    {
        var all = TinyMetricFiles.Write(files);
        string Refused(MetricSources metrics) => Assert.ThrowsAny<Exception>(() => StudyModels.OfPhotos(model, photos, metrics, PurifierSources.FromModelFolder(model))).Message;
        Assert.Contains("clip", Refused(all with { Clip = null, Liqe = null }), StringComparison.Ordinal);
        Assert.Contains("ArcFace", Refused(all with { ArcFace = null, VggFace = null }), StringComparison.Ordinal);
        Assert.Contains("face detector", Refused(all with { FaceDetector = null }), StringComparison.Ordinal);
        TinyMetricFiles.WriteDetector(files, 0.1f);
        Assert.Contains(Path.Combine("n1", "set_C"), Refused(all), StringComparison.Ordinal);
    }
}
