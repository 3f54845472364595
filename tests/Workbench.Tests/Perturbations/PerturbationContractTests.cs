using TorchSharp;
using Workbench.Imaging;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
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
        using var folder = new TempFolder();
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

    [Theory]
    [InlineData("encoder")]
    [InlineData("fsmg")]
    [InlineData("aspl")]
    [InlineData("advdm")]
    [InlineData("advdm-minus")]
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

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => PerturbationCatalog.Create("glaze", LinfBudget.Of255(8)));
        Assert.Contains("aspl", error.Message, StringComparison.Ordinal);
    }

    private static ImageBatch Protect(string method, LinfBudget budget, ImageBatch photos, Seed seed)
    {
        using var classes = TinyModel.Photos(2, 5);
        var context = new PerturbationContext(TinyModel.Create()) { ClassImages = classes };
        return PerturbationCatalog.Create(method, budget, Profile.Smoke).Protect(photos, context, seed, cancellationToken: TestContext.Current.CancellationToken);
    }
}
