using System.Text.Json.Nodes;
using Workbench.Experiments;
using Workbench.Personalization;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class MiniWorldStudyTests
{
    [Fact]
    public void The_full_study_crosses_all_conditions_with_budgets_people_and_seeds()
    {
        var scenarios = MiniWorldStudy.Full.Scenarios();
        Assert.Equal(8 * (2 + 9), scenarios.Count);
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Key).Distinct().Count());
        Assert.Equal(MiniWorldStudy.Conditions.Order(), scenarios.Select(s => s.Condition).Distinct().Order());
        Assert.All(scenarios, s => s.Validate());
        Assert.Equal([11.0], scenarios.Where(s => s.Perturbation == "aspl").Select(s => s.BudgetLevels).Distinct());
        Assert.Equal(2 * 3 * (2 + 2 * 9), (MiniWorldStudy.Full with { Subjects = 3, Seeds = 2, Budgets = [8, 16] }).Scenarios().Count);
    }

    [Fact]
    public void Each_condition_switches_what_its_name_says()
    {
        var by = MiniWorldStudy.Smoke.Scenarios().ToDictionary(s => s.Condition);
        (string Perturbation, string Purifier, bool Decoupled) Switches(string name) => (by[name].Perturbation, by[name].Purifier, by[name].Decoupling.IsOn);
        Assert.Equal(("none", "none", false), Switches(MiniWorldStudy.Clean));
        Assert.Equal(("random-sign", "none", false), Switches(MiniWorldStudy.Random));
        Assert.Equal(("aspl", "none", false), Switches(MiniWorldStudy.Protected));
        Assert.Equal(("aspl", "code-sr", false), Switches(MiniWorldStudy.Purified));
        Assert.Equal(("aspl", "none", true), Switches(MiniWorldStudy.Decoupled));
        Assert.Equal(("aspl", "code-sr", true), Switches(MiniWorldStudy.Both));
        Assert.Equal(("none", "code-sr", true), Switches(MiniWorldStudy.CleanBoth));
        Assert.Equal(ContrastiveDecoupling.Paper, by[MiniWorldStudy.Both].Decoupling);
    }

    [Fact]
    public void The_report_pairs_runs_of_one_person_and_counts_people_not_seeds()
    {
        // Protected runs lose exactly 0.3 of identity against clean ones of the same person, whatever the person's own level.
        var report = new StudyReport(Results());
        var clean = Assert.Single(report.Conditions, c => c.Label == "clean");
        Assert.Equal((6, 0.25), (clean.Runs, Math.Round(clean.Scores["identity"].Mean, 6)));
        var hurt = Assert.Single(report.Comparisons, c => c is { Condition: "protected 11", Baseline: "clean", Score: "identity" });
        Assert.Equal(3, hurt.Pairs);
        Assert.Equal((-0.3, -0.3, -0.3), (Math.Round(hurt.Difference.Mean, 9), Math.Round(hurt.Difference.Low, 9), Math.Round(hurt.Difference.High, 9)));
        Assert.Equal(2.0 / 8, hurt.PValue, 9);
        Assert.DoesNotContain(report.Comparisons, c => c.Baseline.StartsWith("random", StringComparison.Ordinal));
        var table = report.ComparisonTable("identity");
        Assert.Equal(("-0.300 [-0.300, -0.300]", "0.2500"), ((string)table["difference"][0], (string)table["p"][0]));
        Assert.Equal(report.Comparisons.Count(c => c.Score == "identity"), table.Rows.Count);
    }

    [Fact]
    public void The_report_writes_tables_that_read_back()
    {
        using var folder = new TemporaryFolder();
        new StudyReport(Results()).Write(folder.Path);
        var json = JsonNode.Parse(File.ReadAllText(folder.File("results.json")))!;
        Assert.Equal((12, 3, 2), (json["runs"]!.GetValue<int>(), json["people"]!.GetValue<int>(), json["seeds"]!.GetValue<int>()));
        Assert.Equal(0.25, json["conditions"]![0]!["scores"]!["identity"]!["mean"]!.GetValue<double>(), 4);
        Assert.Contains("| protected 11 | 6 |", File.ReadAllText(folder.File("results.md")), StringComparison.Ordinal);
        Assert.Equal(1 + 24, File.ReadAllLines(folder.File("images.csv")).Length);
        Assert.Equal(24, File.ReadAllLines(folder.File("images.jsonl")).Select(l => JsonNode.Parse(l)!["scores"]!["identity"]!.GetValue<double>()).Count());
    }

    [Fact]
    public void The_paper_s_tables_are_rows_and_scores()
    {
        var table = PaperNumber.ToDataFrame(2);
        Assert.Equal(["the paper says", "LPIPS", "seconds"], table.Columns.Select(c => c.Name));
        Assert.Equal(("DDSPure", 0.384, null), ((string)table[1, 0], (double)table[1, 1], (double?)table[1, 2]));
        Assert.All(Enumerable.Range(1, 4), t => Assert.True(PaperNumber.ToDataFrame(t).Rows.Count >= 2));
    }

    [Fact]
    public void A_stored_study_names_the_command_that_makes_it()
    {
        Assert.All(StoredStudy.All, s => Assert.Contains(s.IsThere ? Path.Combine("data", "results", s.Name) : $"workbench {s.Command}", s.ToString(), StringComparison.Ordinal));
        Assert.Contains("there are: mini-world", Assert.Throws<ArgumentException>(() => StoredStudy.Of("glass")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_frame_has_a_row_a_picture_and_a_column_a_score()
    {
        var frame = ScenarioTable.ToDataFrame(Results());
        Assert.Equal(24, frame.Rows.Count);
        Assert.Equal(["condition", "budget", "purifier", "subject", "seed", "prompt", "image", "identity", "quality", "quality_log_odds", "noise", "noise_log_odds", "subject_probability", "similarity"],
            frame.Columns.Select(c => c.Name));
        Assert.Equal(0.25 - 0.15, Convert.ToDouble(frame["identity"].Mean()), 6);
    }

    private static List<ScenarioResult> Results() =>
    [
        .. from subject in Enumerable.Range(0, 3)
           from seed in Enumerable.Range(0, 2)
           from harm in new[] { 0, 0.3 }
           let scenario = TinyStudy.Clean with { Subject = subject, Seed = (ulong)seed }
           select new ScenarioResult
           {
               Scenario = harm == 0 ? scenario : scenario with { Condition = "protected", Perturbation = "aspl", BudgetLevels = 11 },
               Images = [.. Enumerable.Range(0, 2).Select(i => new ImageScores(i, "a photo of sks person", 0.1 * subject + 0.1 * seed + 0.2 * i - harm, 0.5, 0.1 + harm, 0.9, 0.7))],
           },
    ];
}
