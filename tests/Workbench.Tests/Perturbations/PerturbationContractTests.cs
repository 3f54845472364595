using TorchSharp;
using Workbench.Imaging;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Workbench.Weights;
using Workbench.Worlds;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

/// <summary>What every perturbation owes, a row a method.</summary>
public sealed class PerturbationContractTests
{
    public static TheoryData<string> Methods => [.. PerturbationCatalog.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Keeps_budget_and_range_to_the_last_level_in_published_files(string method)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var photos = TinyModel.Photos(2, 1);
        foreach (var levels in new[] { 1, 6.375, 11 })
        {
            var budget = LinfBudget.Of255(levels);
            using var result = Protect(method, budget, photos, new Seed(1));
            Assert.Equal(photos.Unit.shape, result.Unit.shape);
            result.SavePngs(folder.File("out"));
            photos.SavePngs(folder.File("in"));
            var audit = BudgetAudit.MeasureFolders(folder.File("in"), folder.File("out"), budget);
            Assert.True(audit.Passed, audit.ToString());
            Assert.True(audit.MaxLevels >= 1, $"{method} changed nothing: {audit}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(string method)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        var budget = LinfBudget.Of255(8);
        using ImageBatch first = Protect(method, budget, photos, new Seed(1)), again = Protect(method, budget, photos, new Seed(1)), other = Protect(method, budget, photos, new Seed(2));
        Assert.Equal(Fingerprint.Of(first.Unit), Fingerprint.Of(again.Unit));
        Assert.NotEqual(Fingerprint.Of(first.Unit), Fingerprint.Of(other.Unit));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Attacks_a_model_that_computes_in_16_bit(string method)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TinyModel.Create().SavePretrained(folder.Path);
        using var pipeline = StableDiffusionPipeline.FromPretrained(folder.Path, dtype: ScalarType.BFloat16);
        using var photos = TinyModel.Photos(1, 1);
        using var result = PerturbationCatalog.Create(method, LinfBudget.Of255(8), Profile.Smoke)
            .Protect(photos, new PerturbationContext(pipeline), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange((result.Unit - photos.Unit).abs().max().item<float>(), 0.9 / 255, 8.01 / 255);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Leaves_model_and_pictures_as_they_were(string method)
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(1, 1);
        string[] Prints() => [Fingerprint.Of(pipeline.UNet), Fingerprint.Of(pipeline.TextEncoder), Fingerprint.Of(pipeline.Vae), Fingerprint.Of(photos.Unit)];
        var before = Prints();
        var switches = pipeline.UNet.parameters().Select(p => p.requires_grad).ToArray();
        PerturbationCatalog.Create(method, LinfBudget.Of255(8), Profile.Smoke)
            .Protect(photos, new PerturbationContext(pipeline), new Seed(1), cancellationToken: TestContext.Current.CancellationToken).Dispose();
        Assert.Equal(before, Prints());
        Assert.Equal(switches, pipeline.UNet.parameters().Select(p => p.requires_grad));
    }

    public static TheoryData<string> Optimised => [.. PerturbationCatalog.Names.Where(n => !n.StartsWith("random", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Optimised))]
    public void A_cancelled_run_throws_between_two_steps(string method)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(1, 1);
        using var stop = new CancellationTokenSource();
        var reports = 0;
        var cancel = new Immediate<PerturbationProgress>(_ => { if (++reports == 2) stop.Cancel(); });
        var perturbation = PerturbationCatalog.Create(method, LinfBudget.Of255(8), Profile.Smoke);
        Assert.ThrowsAny<OperationCanceledException>(() => perturbation.Protect(photos, new PerturbationContext(TinyModel.Create()), new Seed(1), cancel, stop.Token));
        Assert.Equal(2, reports);
    }

    /// <summary>
    /// With the same draws at every step, the method's own loss must move its way by this share of its size within each run of steps against
    /// one frozen model (4 to 6 steps, a budget of 16/255).
    /// </summary>
    public static TheoryData<string, double> OwnLosses => new()
    {
        { "encoder", -0.01 }, { "fsmg", 0.01 }, { "e-fsmg", 0.01 }, { "t-fsmg", 0.01 }, { "aspl", 0.01 }, { "e-aspl", 0.01 }, { "t-aspl", 0.01 },
        { "metacloak", 0.01 }, { "advdm", 0.01 }, { "advdm-guided", 0.01 }, { "advdm-minus", -0.01 }, { "sdst-minus", -0.01 },
        { "mist-semantic", -0.01 }, { "mist-textural", -0.01 }, { "mist", -0.01 }, { "photoguard-diffusion", -0.003 }, { "glaze", -0.01 },
        { "simac", 0.01 }, { "caat", 0.01 }, { "disdiff", 0.005 },
    };

    [Theory]
    [MemberData(nameof(OwnLosses))]
    public void The_methods_own_loss_moves_its_way(string method, double atLeast)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        using var classes = TinyModel.Photos(2, 5);
        var runs = new List<List<double>> { new() };
        var log = new Immediate<PerturbationProgress>(p =>
        {
            // A report of another stage, or a counter that starts anew, ends a run of steps.
            if (p.Stage != "perturb") runs.Add([]);
            else runs[^1].Add(p.Loss);
        });
        var context = new PerturbationContext(TinyModel.Create()) { ClassImages = classes, RepeatDraws = true };
        PerturbationCatalog.Create(method, LinfBudget.Of255(16), Profile.Smoke)
            .Protect(photos, context, new Seed(1), log, TestContext.Current.CancellationToken).Dispose();
        var moves = runs.Where(r => r.Count > 1).Select(r => (r[^1] - r[0]) / Math.Abs(r[0])).ToArray();
        Assert.NotEmpty(moves);
        var mean = moves.Average();
        Assert.True(atLeast > 0 ? mean >= atLeast : mean <= atLeast, $"{method}: losses moved by {string.Join(", ", moves.Select(m => m.ToString("P2")))}");
    }

    [Theory]
    [InlineData(AttackDirection.Ascend, 0.02)]
    [InlineData(AttackDirection.Descend, -0.02)]
    public void Score_distillation_moves_the_loss_of_a_trained_model(AttackDirection direction, double atLeast)
    {
        // Its gradient leaves the UNet's Jacobian out, which stands for the loss's own in a trained model only.
        using var scope = NewDisposeScope();
        using var world = MiniWorldModels.Load();
        using var photos = ImageBatch.FromImages(new Subjects().HeldOut(0).Photos("B", 2).Select(p => p.Image));
        var losses = new List<double>();
        new Sds(SdsOptions.Paper with { Budget = LinfBudget.Of255(16), StepSize = LinfBudget.Of255(2), Steps = 9, Direction = direction }).Protect(
            photos, new PerturbationContext(world.Pipeline) { RepeatDraws = true }, new Seed(1), new Immediate<PerturbationProgress>(p => losses.Add(p.Loss)),
            TestContext.Current.CancellationToken).Dispose();
        var move = (losses[^1] - losses[0]) / losses[0];
        Assert.True(atLeast > 0 ? move >= atLeast : move <= atLeast, $"{direction}: {move:P2}");
    }

    [Fact]
    public void Every_method_that_climbs_or_descends_has_a_row_above() =>
        Assert.Equal(Optimised.Select(r => r.Data).Order(StringComparer.Ordinal),
            OwnLosses.Select(r => r.Data.Item1).Concat(["sds", "sds-minus"]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Names_agree_with_the_catalog_and_every_preset_can_be_made(string method)
    {
        foreach (var profile in Enum.GetValues<Profile>())
        {
            var made = PerturbationCatalog.Create(method, LinfBudget.Of255(9), profile);
            Assert.Equal((method, 9), (made.Name, made.Budget.Levels));
            Assert.Contains("levels", System.Text.Json.JsonSerializer.Serialize(made.Settings, made.Settings.GetType(), ModelConfigFile.Options), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => PerturbationCatalog.Create("glass", LinfBudget.Of255(8)));
        Assert.Contains("aspl", error.Message, StringComparison.Ordinal);
    }

    private static ImageBatch Protect(string method, LinfBudget budget, ImageBatch photos, Seed seed)
    {
        using var classes = TinyModel.Photos(2, 5);
        var context = new PerturbationContext(TinyModel.Create()) { ClassImages = classes };
        return PerturbationCatalog.Create(method, budget, Profile.Smoke).Protect(photos, context, seed, cancellationToken: TestContext.Current.CancellationToken);
    }
}
