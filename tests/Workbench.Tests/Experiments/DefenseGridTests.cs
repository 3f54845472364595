using Workbench.Experiments;
using Workbench.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class DefenseGridTests
{
    private static readonly DefenseGrid Tiny = DefenseGrid.Smoke with { Config = TinyStudy.Config, Chains = ["none", "jpeg(50)"], Protections = ["random-sign"] };

    [Fact]
    public void The_default_grid_crosses_everything_and_modes_share_trainings()
    {
        var scenarios = DefenseGrid.Default.Scenarios();
        Assert.Equal(4 * (9 * 2 + 2) * 4, scenarios.Count);
        Assert.Equal(["none", "code-sr"], scenarios.Where(s => !s.IsPerturbed).Select(s => s.Purifier).Distinct());
        foreach (var scenario in scenarios) scenario.Validate();
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Key).Distinct(StringComparer.Ordinal).Count());
        // A training is shared with the run before where prompts and photos agree.
        var trainings = scenarios.Where((s, i) => i == 0 || Training(s) != Training(scenarios[i - 1])).Count();
        Assert.Equal(scenarios.Count / 2, trainings);

        static (int, string, string, bool) Training(Scenario s) => (s.Subject, s.Perturbation, s.Purifier, s.Decoupling.TrainWithNoiseToken);
    }

    [Fact]
    public void The_four_modes_are_the_two_switches()
    {
        Assert.Equal([(false, false), (false, true), (true, false), (true, true)], DefenseMode.All.Select(m => (m.Decoupling.TrainWithNoiseToken, m.Decoupling.NegativeAtSampling)));
        Assert.All(DefenseMode.All, m => Assert.Equal(m.Decoupling.TrainWithNoiseToken, m.Decoupling.SuffixAtSampling));
        Assert.Equal(ContrastiveDecoupling.Paper, DefenseMode.Of("cdl+negative").Decoupling);
        Assert.Throws<ArgumentException>(() => DefenseMode.Of("more"));
    }

    [Fact]
    public void A_grid_runs_and_its_table_has_a_part_a_mode()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        var models = TinyStudy.Models(clip);
        var (grid, leftOut) = (Tiny with { Chains = ["none", "jpeg(50)", "sr"] }).Among(models.Purifiers);
        Assert.Contains("sr: ", Assert.Single(leftOut), StringComparison.Ordinal);
        var results = grid.In(folder.Path).Run(models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3 * 4, results.Count);
        var table = DefenseTable.Of(results, leftOut);
        Assert.Equal(DefenseMode.All.Select(m => m.Name), table.Groups);
        Assert.Equal(["none", "jpeg(50)"], table.Names);
        Assert.NotNull(table.Mean("none", DefenseTable.Column("clean", "identity"), "cdl"));
        Assert.Null(table.Mean("jpeg(50)", DefenseTable.Column("clean", "identity"), "cdl"));
        Assert.NotNull(DefenseGallery.Compose(folder.Path, grid));
        Assert.Null(DefenseGallery.Compose(clip.Path, grid));
    }

    [Fact]
    public void A_map_takes_the_people_with_most_cells_and_leaves_out_what_was_not_measured()
    {
        var results = new[] { Result(DefenseMode.Plain, 0, "none", 0.2), Result(DefenseMode.Plain, 0, "jpeg", 0.4), Result(DefenseMode.Plain, 1, "none", 0.9), Result(DefenseMode.Full, 1, "gau", 0.5) };
        var table = DefenseTable.Of(results);
        var map = DefenseMap.Of(table, "identity", DefenseMode.Plain);
        Assert.Equal(["none", "jpeg"], map.Purifiers);
        Assert.Equal(["aspl"], map.Protections);
        Assert.Equal([0], map.People);
        Assert.Equal([0.2, 0.4], map.Values.Cast<double>().Select(v => Math.Round(v, 6)));
        Assert.Equal([1], DefenseMap.Of(table, "identity", DefenseMode.Full).People);
        Assert.Throws<ArgumentException>(() => DefenseMap.Of(table, "loudness", DefenseMode.Plain));
        // One table a part and score, protections beside each other.
        Assert.Contains("## plain: identity ↑\n\n| purifier | aspl |\n", StudyTableText.Markdown(table), StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_test_against_no_purifier_over_people_and_against_the_plain_mode()
    {
        // Eight people; jpeg is better than none for all of them, gau for half.
        var results = from mode in new[] { DefenseMode.Plain, DefenseMode.Full }
                      from subject in Enumerable.Range(0, 8)
                      from chain in new[] { ("none", 0.1), ("jpeg", 0.5), ("gau", subject % 2 == 0 ? 0.2 : 0.0) }
                      select Result(mode, subject, chain.Item1, chain.Item2 + 0.01 * subject + (mode == DefenseMode.Full ? 0.2 : 0));
        var table = DefenseTable.Of([.. results]);
        StudyRemark Mark(string mode, string chain, string against) =>
            table.Remarks.Single(r => r.Group == mode && r.Name == chain && r.Against == against && r.Column == DefenseTable.Column("aspl", "identity"));
        Assert.Equal(("▲▲", 8, 2.0 / 256), (Mark("plain", "jpeg", "none").Text, Mark("plain", "jpeg", "none").Pairs, Mark("plain", "jpeg", "none").PValue));
        Assert.Equal("", Mark("plain", "gau", "none").Text);
        Assert.Equal("††", Mark("cdl+negative", "gau", "plain").Text);
        Assert.Matches(@"\| jpeg \| 0\.5\d \[[^\]]*\] ▲▲ \|", StudyTableText.Markdown(table));
        Assert.DoesNotContain("all protections", StudyTableText.Markdown(table), StringComparison.Ordinal);
        Assert.Contains("(paper: IMS -0.67)", StudyTableText.Markdown(table), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mark_over_pictures_points_the_way_of_its_own_test()
    {
        // Better for seven people by little, worse for one by much: the mean falls, the test over pictures says higher.
        var table = DefenseTable.Of([.. from subject in Enumerable.Range(0, 8)
                                        from chain in new[] { ("none", 0.0), ("jpeg", subject == 7 ? -0.3 : 0.02) }
                                        let one = Result(DefenseMode.Plain, subject, chain.Item1, chain.Item2)
                                        select one with { Images = [.. Enumerable.Repeat(one.Images[0], 8)] }]);
        var mark = table.Remarks.Single(r => r.Name == "jpeg" && r.Against == "none" && r.Column == DefenseTable.Column("aspl", "identity"));
        Assert.True(mark.Difference < 0);
        Assert.Equal("△", mark.Text);
    }

    [Fact]
    public void Seeds_and_protections_of_a_person_are_one_pair()
    {
        var results = from protection in new[] { "aspl", "encoder" }
                      from subject in Enumerable.Range(0, 4)
                      from chain in new[] { ("none", 0.1), ("jpeg", 0.5) }
                      select Result(DefenseMode.Plain, subject, chain.Item1, chain.Item2 + 0.01 * subject, protection);
        var mark = DefenseTable.Of([.. results]).Remarks.Single(r => r.Name == "jpeg" && r.Against == "none" && r.Column == DefenseTable.Column("all", "identity"));
        // Eight pairs of runs would give ▲▲; four people cannot reach 5 %.
        Assert.Equal((4, 2.0 / 16), (mark.Pairs, mark.PValue));
        Assert.DoesNotContain("▲", mark.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_of_fewer_people_say_so_and_means_over_protections_want_all_of_them()
    {
        var results = from protection in new[] { "aspl", "encoder" }
                      from subject in Enumerable.Range(0, protection == "aspl" ? 4 : 2)
                      from chain in protection == "aspl" ? new[] { "none", "jpeg", "gau" } : ["none", "jpeg"]
                      select Result(DefenseMode.Plain, subject, chain, 0.1 * subject, protection);
        var table = DefenseTable.Of([.. results]);
        string Cell(string chain, string protection) => StudyTableText.Cell(table, chain, table.Columns.Single(c => c.Name == DefenseTable.Column(protection, "identity")), "plain");
        Assert.EndsWith(" n=2", Cell("none", "encoder"), StringComparison.Ordinal);
        Assert.DoesNotContain("n=", Cell("none", "aspl"), StringComparison.Ordinal);
        // Gau met one protection only, and two people only both.
        Assert.Equal("", Cell("gau", "all"));
        Assert.Equal(0.05, table.Mean("none", DefenseTable.Column("all", "identity"), "plain")!.Mean, 1e-9);
        Assert.Contains("n: measured on so many only", StudyTableText.Markdown(table), StringComparison.Ordinal);
    }

    private static ScenarioResult Result(DefenseMode mode, int subject, string chain, double identity, string protection = "aspl") => new()
    {
        Scenario = Scenario.Of("c", protection, 11, subject, 0) with { Purifier = chain, Decoupling = mode.Decoupling },
        Images = [new ImageScores(0, "a photo", identity, 0, 0.5, 1, 1)],
    };
}
