using Workbench.Experiments;
using Workbench.Experiments.Claims;
using Xunit;

namespace Workbench.Tests.Experiments.Claims;

public sealed class ClaimTestsTests
{
    [Fact]
    public void A_world_like_the_papers_confirms_all_six_claims()
    {
        var found = ClaimTests.Run(World(8, adaptive: 1.0));
        Assert.All(found, r => Assert.Equal(ClaimVerdict.Confirmed, r.Verdict));
        Assert.Equal(1.0 / 256, found[0].PValue, 12);
        Assert.Equal(6.0 / 256, found[0].AdjustedPValue, 12);
        Assert.Equal((8, 1.0), (found[0].Parts[0].People, found[0].Parts[0].RankBiserial));
        Assert.Equal(2, found[0].Parts[0].Mean!.Mean, 0.2);
        Assert.Equal("confirmed", ClaimTable.Verdicts(found)["we found"][0]);
        Assert.Equal(10, ClaimTable.Parts(found).Rows.Count);
    }

    [Fact]
    public void A_turned_round_world_gives_the_opposite_and_a_world_without_effects_confirms_nothing()
    {
        var turned = ClaimTests.Run(World(9, sign: -1));
        Assert.Equal(ClaimVerdict.Opposite, turned[0].Verdict);
        Assert.Equal(ClaimVerdict.Opposite, turned[3].Verdict);
        Assert.Equal(ClaimVerdict.Opposite, turned[4].Verdict);
        // The p that is shown is the verdict's: two parts, and three claims of two parts that are left after those of one.
        Assert.Equal(6.0 / 512, turned[4].AdjustedPValue, 12);
        var still = ClaimTests.Run(World(8, sign: 0));
        Assert.All(still.Where(r => r.Verdict != ClaimVerdict.NotMeasured), r => Assert.Equal(ClaimVerdict.NotConfirmed, r.Verdict));
    }

    [Fact]
    public void Missing_conditions_are_not_measured_and_few_people_cannot_confirm()
    {
        var found = ClaimTests.Run(World(4));
        Assert.Equal(ClaimVerdict.NotMeasured, found[5].Verdict);
        Assert.Equal(ClaimVerdict.NotConfirmed, found[0].Verdict);
        Assert.Equal(1.0 / 16, found[0].PValue, 12);
        Assert.All(ClaimTests.Run(World(8), budgetLevels: 16).Take(5), r => Assert.Equal(ClaimVerdict.NotMeasured, r.Verdict));
    }

    [Fact]
    public void One_part_the_other_way_round_turns_a_claim_of_two_parts()
    {
        // Random noise displaces photos more than the protection does: the first part of claim 3 holds, the second is opposite.
        ClaimResult Displacement(int people) =>
            ClaimTests.Run([.. World(people).Select(r => r.Scenario.Condition == MiniWorldStudy.Random ? r with { TrainingNoiseReconstructed = 0.99 } : r)])[2];
        var found = Displacement(9);
        Assert.Equal(ClaimVerdict.Opposite, found.Verdict);
        Assert.True(found.Parts[0].PValue < 0.01 && found.Parts[1].OppositePValue < 0.01);
        // Each direction has half of the level: 2 parts × 5 claims / 2⁸ is too much.
        Assert.Equal(ClaimVerdict.NotConfirmed, Displacement(8).Verdict);
    }

    [Fact]
    public void Seeds_of_one_person_are_averaged_and_runs_without_a_partner_left_out()
    {
        var contrast = ClaimContrast.Difference("w", new ClaimMeasure("loss", r => r.FinalLoss), "clean", "protected");
        ScenarioResult Run(string condition, int subject, ulong seed, double value) => Result(condition, subject, 0, 0, 0) with
        {
            Scenario = Result(condition, subject, 0, 0, 0).Scenario with { Seed = seed }, FinalLoss = value,
        };
        var values = contrast.Values([Run("clean", 0, 1, 5), Run("protected", 0, 1, 1), Run("clean", 0, 2, 7), Run("protected", 0, 2, 1), Run("clean", 1, 1, 9)], 11);
        Assert.Equal([(0, 5.0)], values);
    }

    [Fact]
    public void The_second_reading_turns_the_noise_score_round()
    {
        Assert.Equal([1, 2, 5, 6], Claim.PaperByNoise.Select(c => c.Number));
        var part = Claim.PaperByNoise[0].Parts.Single();
        Assert.Equal("freedom from noise: clean above protected", part.Words);
        var run = Result(MiniWorldStudy.Clean, 0, 0, 0, 0) with { Images = [new ImageScores(0, "p", 0, 0, 0.9, 0.5, 0.5)] };
        Assert.Equal(-Math.Log(9), part.Measure.Of(run), 1e-9);
    }

    [Fact]
    public void Holm_multiplies_by_what_is_left_and_keeps_the_order()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], ClaimTests.Holm([0.01, 0.04, 0.03, 0.005]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1.0, 1.0], ClaimTests.Holm([0.9, 0.8]));
    }

    [Fact]
    public void Tables_read_back_from_markdown()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("results.md"), "# Means\n\n| a | b |\n| --- | --- |\n| x | 1.5 [1, 2] |\n| y | |\n\nPairs\n\n| c |\n| --- |\n| z |\n");
        var tables = StoredTables.Read(folder.File("results.md"));
        Assert.Equal(["Means", "Pairs"], tables.Select(t => t.Words));
        Assert.Equal("1.5 [1, 2]", tables[0].Table["b"][0]);
        Assert.Equal(2, tables[0].Table.Rows.Count);
        Assert.Empty(StoredTables.Read(folder.File("none.md")));
    }

    [Fact]
    public void Published_numbers_close_as_their_definitions_say()
    {
        double Of(int table, string row, string score) => PaperNumber.All.Single(n => n.Table == table && n.Row == row && n.Score == score).Value;
        foreach (var row in new[] { "none", "CodeFormer + SR", "CDL", "all three" })
            Assert.Equal((Of(4, row, "IMS") + Of(4, row, "Q")) / 2, Of(4, row, "Avg"), 1e-3);
        Assert.Equal((Of(4, "all three", "Avg") + Of(3, "CodeSR + CDL, adaptive", "Avg")) / 2, Of(3, "CodeSR + CDL, adaptive", "E[Avg]"), 1e-3);
        Assert.Equal((Of(4, "CodeFormer + SR", "Avg") + Of(3, "CodeSR, adaptive", "Avg")) / 2, Of(3, "CodeSR, adaptive", "E[Avg]"), 1e-3);
    }

    // Quality 5 clean, 4.8 random, 3 protected, 4 purified, 4.5 both, 3.7 adaptive and defended, 3 adaptive; photos displaced alike.
    private static List<ScenarioResult> World(int people, double sign = 1, double? adaptive = null)
    {
        var levels = new List<(string Condition, double Quality, double Noise)>
        {
            (MiniWorldStudy.Clean, 2, 0.1), (MiniWorldStudy.Random, 1.8, 0.2), (MiniWorldStudy.Protected, 0, 0.9), (MiniWorldStudy.Purified, 1, 0.4), (MiniWorldStudy.Both, 1.5, 0.4),
        };
        if (adaptive is { } strength) levels.AddRange([(Claim.Adaptive, 0, 0.9), (Claim.AdaptiveBoth, 1.5 - strength, 0.6)]);
        return [.. from subject in Enumerable.Range(0, people)
                   from level in levels
                   select Result(level.Condition, subject, sign * level.Quality * (1 + 0.01 * subject), sign * level.Quality / 10, 0.5 + sign * (level.Noise - 0.5))];
    }

    private static ScenarioResult Result(string condition, int subject, double quality, double identity, double noise) => new()
    {
        Scenario = TinyStudy.Clean with
        {
            Condition = condition, Subject = subject, Perturbation = condition.StartsWith("clean", StringComparison.Ordinal) ? "none" : "aspl",
            BudgetLevels = condition.StartsWith("clean", StringComparison.Ordinal) ? 0 : 11,
        },
        Images = [new ImageScores(0, "p", identity, 0, 0.5, 0.5, 0.5) { QualityLogOdds = quality }],
        TrainingNoiseReconstructed = noise,
    };

    [Fact]
    public void The_ablation_asks_about_conditions_that_the_study_runs()
    {
        var run = MiniWorldStudy.Full.Scenarios().Select(s => s.Condition).ToHashSet();
        var asked = Claim.WithoutNegativePrompt.SelectMany(c => c.Parts).SelectMany(p => p.Weights).Select(w => w.Condition).ToArray();
        Assert.All(asked, c => Assert.Contains(c, run));
        Assert.Contains(MiniWorldStudy.DecoupledNoNegative, asked);
        Assert.Contains(MiniWorldStudy.BothNoNegative, asked);
    }
}
