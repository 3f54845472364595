using TorchSharp;
using Workbench.Experiments;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class ScenarioRunnerTests
{
    [Fact]
    public void Runs_that_differ_in_sampling_alone_share_a_training_and_score_as_they_would_alone()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var plain = TinyStudy.Decoupled with { Condition = "no-negative", Decoupling = TinyStudy.Decoupled.Decoupling with { NegativeAtSampling = false } };
        int TrainingSteps(ScenarioRunner runner, Scenario scenario, out ScenarioResult result)
        {
            var steps = 0;
            result = runner.Run(scenario, progress: new Immediate<(string Stage, double Fraction)>(p => steps += p.Stage == "train" ? 1 : 0), cancellationToken: TestContext.Current.CancellationToken);
            return steps;
        }

        using var shared = new ScenarioRunner(models, TinyStudy.Config, Path.Combine(folder.Path, "cache"));
        using var alone = new ScenarioRunner(models, TinyStudy.Config, Path.Combine(folder.Path, "cache"));
        Assert.Equal(2, TrainingSteps(shared, TinyStudy.Decoupled, out var first));
        Assert.Equal(0, TrainingSteps(shared, plain, out var second));
        Assert.Equal(2, TrainingSteps(alone, plain, out var own));
        Assert.Equal(own.Images, second.Images);
        Assert.NotEqual(first.Images, second.Images);
        Assert.Equal(2, TrainingSteps(shared, TinyStudy.Protected, out _));
    }

    [Fact]
    public void Likeness_is_judged_by_photos_that_nobody_trained_on()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        (string Drawn, ScenarioResult Result) Run(ulong a, ulong c)
        {
            var models = TinyStudy.Models(folder) with { Photos = (_, count) => new SubjectPhotos(TinyModel.Photos(count, a), TinyModel.Photos(count, 20), TinyModel.Photos(count, c)) };
            using var runner = new ScenarioRunner(models, TinyStudy.Config, Path.Combine(folder.Path, "cache"));
            var drawn = "";
            var result = runner.Run(TinyStudy.Clean, p => drawn = Fingerprint.Of(p.Generated.Unit), cancellationToken: TestContext.Current.CancellationToken);
            return (drawn, result);
        }

        var (first, otherJudges, otherReferences) = (Run(10, 30), Run(10, 31), Run(11, 30));
        Assert.Equal((first.Drawn, first.Drawn), (otherJudges.Drawn, otherReferences.Drawn));
        Assert.NotEqual(first.Result.Images, otherJudges.Result.Images);
        Assert.Equal(first.Result.Images, otherReferences.Result.Images);
    }

    [Fact]
    public void A_protector_who_knows_the_purifier_publishes_other_photos()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var runner = new ScenarioRunner(TinyStudy.Models(folder), TinyStudy.Config, Path.Combine(folder.Path, "cache"));
        var aware = TinyStudy.Protected with { Condition = "adaptive", Through = "gau(1.5)" };
        var (unaware, adaptive) = (Photos(TinyStudy.Protected), Photos(aware));
        Assert.NotEqual(unaware, adaptive);
        Assert.Throws<ArgumentException>(() => (TinyStudy.Clean with { Through = "gau(1.5)" }).Validate());

        byte[] Photos(Scenario scenario)
        {
            byte[] pixels = [];
            runner.Run(scenario, pictures => pixels = [.. pictures.Training.Images().SelectMany(i => i.Pixels)], cancellationToken: TestContext.Current.CancellationToken);
            return pixels;
        }
    }

    [Fact]
    public void Glaze_is_bounded_by_lpips_where_it_is_given()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (models, asked) = (TinyStudy.Models(folder), 0);
        string Photos(bool isLpips)
        {
            var purifiers = new PurifierSources { PerceptualDistance = (a, b) => (a - b).pow(2).mean() * (++asked > 0 ? 1 : 0), HasLpips = isLpips };
            var photos = new ScenarioPhotos(models with { Purifiers = purifiers }, TinyStudy.Config, Path.Combine(folder.Path, "cache"));
            return Fingerprint.Of(photos.Protected(TinyStudy.Protected with { Perturbation = "glaze" }, cancellationToken: TestContext.Current.CancellationToken).Pictures.Unit);
        }
        Photos(isLpips: false);
        Assert.Equal(0, asked);
        Photos(isLpips: true);
        Assert.True(asked > 0, "photos of the other bound were taken from the cache");
    }

    [Fact]
    public void A_shared_cache_keeps_protections_apart_whose_protector_expects_other_words()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        string Photos(string instance, int classSteps = 2)
        {
            var dreamBooth = TinyStudy.Config.DreamBooth;
            var config = TinyStudy.Config with { DreamBooth = dreamBooth with { InstancePrompt = instance, ClassSampling = dreamBooth.ClassSampling with { NumInferenceSteps = classSteps } } };
            var photos = new ScenarioPhotos(models, config, Path.Combine(folder.Path, "cache"));
            return Fingerprint.Of(photos.Protected(TinyStudy.Protected, cancellationToken: TestContext.Current.CancellationToken).Pictures.Unit);
        }
        var first = Photos("a photo of sks person");
        Assert.NotEqual(first, Photos("a photo of red hat"));
        Assert.NotEqual(first, Photos("a photo of sks person", classSteps: 3));
        Assert.Equal(first, Photos("a photo of sks person"));
    }
}
