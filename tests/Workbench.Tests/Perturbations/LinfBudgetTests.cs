using CsCheck;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Perturbations;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

public sealed class LinfBudgetTests
{
    [Fact]
    public void Conversions_keep_the_factor_two_between_the_ranges()
    {
        var budget = LinfBudget.Of255(11);
        Assert.Equal(0.08627, budget.Signed, 5);
        Assert.Equal(budget.Signed, 2 * budget.Unit, 12);
        Assert.Equal(6.375, LinfBudget.OfSigned(0.05).Levels, 9);
        Assert.Equal(6, LinfBudget.OfSigned(0.05).WholeLevels);
        Assert.Equal(11, LinfBudget.OfUnit(11 / 255.0).WholeLevels);
        Assert.Equal("6.375/255", LinfBudget.OfSigned(0.05).ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    [InlineData(double.NaN)]
    public void A_budget_lies_in_0_to_255(double levels) => Assert.Throws<ArgumentOutOfRangeException>(() => LinfBudget.Of255(levels));

    [Fact]
    public void Published_totals_of_the_papers_settings()
    {
        Assert.Equal(300, AsplOptions.Paper.TotalPgdSteps);
        Assert.Equal(300, AsplOptions.Paper.TotalTrainSteps);
        Assert.Equal(100, FsmgOptions.Paper.PgdSteps);
        Assert.Equal(1.1, AsplOptions.Paper.StepSize.Levels, 9);
        Assert.Equal(1.6, AsplOptions.Paper.WithBudget(LinfBudget.Of255(16)).StepSize.Levels, 9);
        Assert.Equal(0.6375, AsplOptions.AntiDreamBooth.StepSize.Levels, 9);
    }

    [Fact]
    public void Rounding_to_8_bits_never_leaves_the_budget() =>
        Gen.Select(Gen.Double[0, 40], Gen.ULong).Sample((levels, seed) =>
        {
            using var scope = NewDisposeScope();
            using var photos = TinyModel.Photos(1, seed >> 1);
            var budget = LinfBudget.Of255(levels);
            using var draws = new Workbench.Tensors.Seed(seed >> 2).Open();
            // Points in and beyond the ball: the export must hold the line by itself.
            var wild = photos.ToSigned() + draws.Uniform(-1.2, 1.2, photos.Unit.shape) * budget.Signed;
            using var published = EightBitExport.Round(photos, wild, budget);
            return BudgetAudit.Measure(photos.Images(), published.Images(), budget).Passed;
        }, iter: 30);

    [Fact]
    public void The_audit_counts_what_lies_beyond_and_finds_truncation()
    {
        RgbImage before = new(2, 1, [10, 20, 30, 40, 50, 60]), after = new(2, 1, [10, 20, 30, 40, 47, 72]);
        var audit = BudgetAudit.Measure([before], [after], LinfBudget.Of255(11));
        Assert.Equal((12, 1L, false), (audit.MaxLevels, audit.Exceeding, audit.Passed));
        Assert.Equal(15 / 6.0, audit.MeanLevels, 9);
        Assert.Equal(9 / 6.0, audit.BiasLevels, 9);
        Assert.Equal(10 * Math.Log10(65025.0 * 6 / 153), audit.Psnr, 9);
        Assert.Throws<InvalidDataException>(() => audit.ThrowIfExceeded());
        Assert.True(BudgetAudit.Measure([before], [after], LinfBudget.Of255(12)).ThrowIfExceeded().Passed);
    }
}
