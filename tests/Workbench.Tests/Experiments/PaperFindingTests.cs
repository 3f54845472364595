using Workbench.Experiments;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class PaperFindingTests
{
    [Theory]
    [InlineData(8, 0, "yes: 8 of 8 people")]
    [InlineData(0, 8, "opposite: 0 of 8 people")]
    [InlineData(5, 3, "not shown: 5 of 8 people, p = 0.250")]
    [InlineData(2, 0, "in 2 of 2 people; too few to test")]
    public void The_verdict_is_a_test_over_people(int agree, int disagree, string expected)
    {
        double[] differences = [.. Enumerable.Range(1, agree).Select(i => i + 0.5), .. Enumerable.Range(1, disagree).Select(i => -(double)i)];
        Assert.Equal(expected, PaperFinding.Verdict(differences));
    }

    [Fact]
    public void A_change_is_of_people_who_are_on_both_sides_and_goes_the_way_the_paper_says()
    {
        Dictionary<int, double> before = new() { [0] = 1, [1] = 2, [2] = 9 }, after = new() { [0] = 0, [1] = 3, [5] = 7 };
        var fall = PaperFinding.OfChange("Table 1", "falls", "identity", before, after, rises: false);
        Assert.Equal(("identity 1.50 → 1.50", "in 1 of 2 people; too few to test"), (fall.Ours, fall.Holds));
        Assert.Equal("not measured", PaperFinding.OfChange("Table 1", "falls", "identity", before, new Dictionary<int, double>()).Holds);
    }

    [Fact]
    public void No_change_can_be_refuted_and_not_proved()
    {
        Dictionary<int, double> People(Func<int, double> of) => Enumerable.Range(0, 8).ToDictionary(i => i, of);
        PaperFinding Of(Func<int, double> after) => PaperFinding.OfNoChange("Figure 3", "nothing", "noise", People(_ => 1), People(after));
        Assert.Equal("no: 8 of 8 people change one way", Of(i => 2 + i).Holds);
        Assert.Equal("no: 8 of 8 people change one way", Of(i => -2 - i).Holds);
        Assert.StartsWith("no change shown, p = ", Of(i => i % 2 == 0 ? 1 + i : 1 - i).Holds, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_is_counted_over_people_and_people_without_a_number_are_left_out()
    {
        PaperFinding Of(params double[] values) => PaperFinding.OfLevel("Figure 2", "shows the person", "identity", values.Index().ToDictionary(v => v.Index, v => v.Item), 0.4);
        var some = Of(0.4, 0.39, 0.8, double.NaN);
        Assert.Equal(("identity 0.53", "in 2 of 3 people, from 0.4 on"), (some.Ours, some.Holds));
        Assert.Equal(("", "not measured"), (Of(double.NaN).Ours, Of(double.NaN).Holds));
    }

    [Fact]
    public void Every_table_and_figure_has_a_line_and_stored_results_fill_them()
    {
        var stored = PaperFindings.Of(StoredStudy.Results);
        foreach (var where in new[] { "Figure 2", "Figure 3", "Figure 4", "Figure 5", "Table 1", "Table 2", "Table 3", "Table 4" })
            Assert.Contains(stored, f => f.Where.Contains(where, StringComparison.Ordinal));
        Assert.All(stored, f => Assert.NotEqual("not measured", f.Holds));
        // The same numbers by another way: the main study's own table.
        var quality = stored.Single(f => f.Ours.StartsWith("CLIP-IQAC, clean → protected", StringComparison.Ordinal));
        var study = new StudyReport(ScenarioGrid.Read(StoredStudy.Of("mini-world").Folder)).Conditions;
        string Mean(string condition) => study.Single(c => c.Condition == condition && c.BudgetLevels is 0 or 11).Scores["quality"].Mean.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal($"CLIP-IQAC, clean → protected {Mean(MiniWorldStudy.Clean)} → {Mean(MiniWorldStudy.Protected)}", quality.Ours);
        Assert.Equal(["where", "the paper", "we measured", "does it hold here?"], PaperFinding.ToDataFrame(stored).Columns.Select(c => c.Name));
    }

    [Fact]
    public void Nothing_stored_is_said_line_by_line()
    {
        using var folder = new TemporaryFolder();
        var none = PaperFindings.Of(folder.Path);
        Assert.Equal(PaperFindings.Of(StoredStudy.Results).Select(f => f.Paper), none.Select(f => f.Paper));
        Assert.All(none, f => Assert.Equal(("", "not measured"), (f.Ours, f.Holds)));
    }
}
