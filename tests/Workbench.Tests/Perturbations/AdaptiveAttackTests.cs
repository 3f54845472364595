using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

public sealed class AdaptiveAttackTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("gau(1)")]
    [InlineData("jpeg(60)")]
    [InlineData("tvm")]
    [InlineData("jpeg(80)-gau(0.8)")]
    public void Works_against_any_chain_within_its_budget(string chain)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        var attack = new AdaptiveAttack(PerturbationCatalog.Create("advdm", LinfBudget.Of255(9), Profile.Smoke), PurifierChain.Parse(chain), samples: 2);
        using ImageBatch first = Protect(attack, photos), again = Protect(attack, photos);
        Assert.Equal(Fingerprint.Of(first.Unit), Fingerprint.Of(again.Unit));
        var audit = BudgetAudit.Measure(photos.Images(), first.Images(), LinfBudget.Of255(9));
        Assert.True(audit.Passed && audit.MaxLevels >= 1, audit.ToString());
    }

    [Fact]
    public void The_papers_attack_can_cross_the_ball_at_any_size_and_provenance_keeps_the_purifiers_number()
    {
        foreach (var levels in new[] { 4.0, 11, 16 })
            Assert.Equal(2.5 * levels, AdvDmOptions.AdaptiveAt(LinfBudget.Of255(levels)) is var o ? o.Steps * o.StepSize.Levels : 0, 9);
        Assert.EndsWith("-through-jpeg(50)-gau", new AdaptiveAttack(new AdvDm(AdvDmOptions.Adaptive), PurifierChain.Parse("jpeg(50)-gau")).Name, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_blur_the_attack_that_knew_of_it_has_the_higher_loss()
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        var blur = PurifierChain.Parse("gau(1.2)");
        var plain = new AdvDm(AdvDmOptions.Paper with { Steps = 20, StepSize = LinfBudget.Of255(2), Budget = LinfBudget.Of255(16) });
        var context = new PerturbationContext(TinyModel.Create()) { RepeatDraws = true };
        double LossAfterBlur(IPerturbation method) => TensorScope.Value(() =>
        {
            using var published = method.Protect(photos, context, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
            using var purified = blur.Purify(published, new Seed(0));
            // Mean over draws that neither attack has seen.
            return Enumerable.Range(0, 8).Average(i => context.Objective().Evaluate(purified.ToSigned(), new Seed(50).For(i).Open()).item<float>());
        });
        double unaware = LossAfterBlur(plain), aware = LossAfterBlur(new AdaptiveAttack(plain, blur, samples: 1));
        Assert.True(aware > unaware * 1.003, $"unaware {unaware:g4}, aware {aware:g4}");
    }

    [Fact]
    public void The_guided_prediction_leads_from_the_negative_prompts_to_the_prompts()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var context = new PerturbationContext(TinyModel.Create());
        DiffusionObjective plain = context.Objective(), empty = context.Objective("");
        using var photos = TinyModel.Photos(2, 1);
        var pixels = photos.ToSigned();
        float Loss(DiffusionObjective objective) => objective.Evaluate(pixels, new Seed(4).Open()).item<float>();
        float Guided(double scale) => Loss(plain with { NegativeStates = empty.TextStates, GuidanceScale = scale });
        Assert.NotEqual(Loss(plain), Loss(empty), 1e-4);
        Assert.Equal(Loss(empty), Guided(0), 1e-5);
        Assert.Equal(Loss(plain), Guided(1), 1e-5);
    }

    [Fact]
    public void The_papers_attack_has_its_numbers_and_knows_decoupling_when_told()
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(1, 1);
        var attack = AdaptiveAttack.Paper(PurifierChain.Parse("gau(1)"));
        Assert.Equal((16, "advdm-guided-through-gau(1)"), (attack.Budget.Levels, attack.Name));
        Assert.Equal((6, 7.5), (AdvDmOptions.Adaptive.Steps, AdvDmOptions.Adaptive.GuidanceScale));
        var context = new PerturbationContext(TinyModel.Create());
        using var without = attack.Protect(photos, context, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        using var with = attack.Protect(photos, context with { Decoupling = ContrastiveDecoupling.Paper }, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(Fingerprint.Of(without.Unit), Fingerprint.Of(with.Unit));
    }

    [Theory]
    [InlineData("aspl")]
    [InlineData("metacloak")]
    [InlineData("glaze")]
    [InlineData("encoder")]
    public void Any_method_looks_through_the_purifier(string method)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(1, 1);
        var inner = PerturbationCatalog.Create(method, LinfBudget.Of255(9), Profile.Smoke);
        using ImageBatch plain = Protect(inner, photos), adaptive = Protect(new AdaptiveAttack(inner, PurifierChain.Parse("gau(1)"), 1), photos);
        Assert.NotEqual(Fingerprint.Of(plain.Unit), Fingerprint.Of(adaptive.Unit));
        Assert.True(BudgetAudit.Measure(photos.Images(), adaptive.Images(), inner.Budget).Passed);
    }

    [Theory]
    [InlineData("fsmg", 1)]
    [InlineData("aspl", 3)]
    [InlineData("metacloak", 2)]
    public void Surrogates_train_on_what_the_purifier_leaves(string method, int atLeast)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(1, 1);
        var looks = 0;
        // Gradient steps look with gradients on; a surrogate's photos are looked at without.
        var context = new PerturbationContext(TinyModel.Create()) { Transform = (pixels, _) => Count(pixels) };
        using var made = PerturbationCatalog.Create(method, LinfBudget.Of255(9), Profile.Smoke).Protect(photos, context, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(looks, atLeast, int.MaxValue);

        Tensor Count(Tensor pixels)
        {
            if (!is_grad_enabled()) looks++;
            return pixels.alias();
        }
    }

    private static ImageBatch Protect(IPerturbation method, ImageBatch photos) =>
        method.Protect(photos, new PerturbationContext(TinyModel.Create()), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
}
