using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;
using Workbench.Experiments.Claims;
using Workbench.Experiments.Statistics;
using Workbench.Personalization;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The tables of <see cref="AblationStudy"/>: every combination, each switch's own effect, and the sweeps.</summary>
/// <param name="Runs">Finished runs.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record AblationReport(StudyRuns Runs)
{
    /// <summary>Settings of the runs, for the defaults of the sweeps.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>Columns of the tables: score and title.</summary>
    public static IReadOnlyList<(string Score, string Title)> Columns { get; } =
        [("identity", "identity ↑"), ("quality", "CLIP-IQAC ↑"), (RunScores.Average, "Avg ↑"), ("noise_log_odds", "noise log-odds ↓")];

    /// <summary>The combinations of switches that were run, fewest first.</summary>
    public IReadOnlyList<Scenario> Combinations =>
        [.. Runs.Runs.Select(r => r.Scenario).Where(IsCombination).DistinctBy(s => s.Condition).OrderBy(s => AblationSwitch.All.Count(a => a.IsOn(s))).ThenBy(s => s.Condition, StringComparer.Ordinal)];

    /// <summary>A row a combination: switches, means with intervals; <c>*</c>: differs from the first row, Wilcoxon over pictures, p ≤ 0.01.</summary>
    public DataFrame Table()
    {
        var rows = Combinations;
        var frame = new DataFrame(AblationSwitch.All.Select(a => (DataFrameColumn)new StringDataFrameColumn(a.Title, rows.Select(r => a.IsOn(r) ? "on" : "–"))));
        foreach (var (score, title) in Columns)
            frame.Columns.Add(new StringDataFrameColumn(title, rows.Select(r => Cell(s => s.Condition == r.Condition, score, s => s.Condition == rows[0].Condition))));
        return frame;
    }

    /// <summary>What each switch does by itself: pairs of runs that differ in it alone, averaged within people.</summary>
    /// <param name="score">A score of <see cref="RunScores.Of(string)"/>.</param>
    public IReadOnlyList<AblationEffect> Effects(string score)
    {
        var raw = AblationSwitch.All.Select(a => (Switch: a, Pairs: Pairs(a, score))).ToArray();
        var tests = raw.Select(r => (r.Switch, r.Pairs, People: r.Pairs.GroupBy(p => p.Subject).Select(g => g.Average(p => p.Difference)).ToArray()))
            .Select(r => (r.Switch, r.Pairs, r.People, P: r.People.Length == 0 ? 1 : WilcoxonSignedRank.Test(r.People).PValue)).ToArray();
        var adjusted = new Queue<double>(ClaimTests.Holm([.. tests.Where(t => t.People.Length > 0).Select(t => t.P)]));
        return [.. tests.Select(t => new AblationEffect(t.Switch, t.People.Length == 0 ? null : BootstrapInterval.OfMean(t.People, new Seed(4).For(t.Switch.Name)),
            t.People.Length, t.Pairs.Count, t.P, t.People.Length == 0 ? 1 : adjusted.Dequeue()))];
    }

    /// <summary>True where some switch was run both ways; a folder of sweeps alone has none.</summary>
    public bool HasEffects => AblationSwitch.All.Any(a => Pairs(a, Columns[0].Score).Count > 0);

    /// <summary>The effects of all switches on the scores of <see cref="Columns"/>.</summary>
    public DataFrame EffectTable()
    {
        var effects = Columns.Select(c => (c.Title, Of: Effects(c.Score))).ToArray();
        var frame = new DataFrame(new StringDataFrameColumn("switch, on less off", AblationSwitch.All.Select(a => a.Title)));
        foreach (var (title, of) in effects)
            frame.Columns.Add(new StringDataFrameColumn(title, of.Select(e => e.Mean is { } mean ? string.Create(CultureInfo.InvariantCulture, $"{Signed(mean)} p={e.AdjustedPValue:0.000}") : "not run")));
        return frame;
    }

    /// <summary>A row a value of one sweep, the default first; <c>*</c>: differs from the default.</summary>
    public DataFrame SweepTable(AblationSweep sweep)
    {
        var rows = SweepValues(sweep);
        var frame = new DataFrame(new StringDataFrameColumn(sweep.Title, rows.Select(r => r.Value)));
        foreach (var (score, title) in Columns)
            frame.Columns.Add(new StringDataFrameColumn(title, rows.Select(r => Cell(r.Where, score, rows[0].Where))));
        return frame;
    }

    /// <summary>The values of a sweep that were run, the default first, and which runs have them.</summary>
    public IReadOnlyList<(string Value, Func<Scenario, bool> Where)> SweepValues(AblationSweep sweep)
    {
        var moved = Runs.Runs.Select(r => r.Scenario).Where(s => s.IsPerturbed && sweep.Moved(s) is not null).ToArray();
        if (moved.Length == 0) return [];
        // A folder may hold sweeps about two pipelines, before and after CodeFormer was there: the longer one counts.
        var chain = moved.Select(s => s.Purifier).OrderByDescending(c => c.Length).First();
        List<(string, Func<Scenario, bool>)> values = [(sweep.Default(Config), s => IsCombination(s) && s.Purifier == chain && s.Decoupling == ContrastiveDecoupling.Paper)];
        values.AddRange(moved.Where(s => s.Purifier == chain).Select(s => sweep.Moved(s)!).Distinct(StringComparer.Ordinal)
            .Select(value => (value, (Func<Scenario, bool>)(s => s.IsPerturbed && s.Purifier == chain && sweep.Moved(s) == value))));
        return values;
    }

    /// <summary>Writes <c>results.json</c> and <c>results.md</c>.</summary>
    public void Write(string folder)
    {
        Runs.Write(folder);
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), ToMarkdown());
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where there is nothing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">Settings of the runs; null: the mini world's.</param>
    public static AblationReport? Read(string folder, ScenarioConfig? config = null) =>
        StudyRuns.Read(folder) is { } runs ? new AblationReport(runs) { Config = config ?? ScenarioConfig.MiniWorld } : null;

    /// <summary>All tables.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Ablations: which part of the defense does what\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Runs.People} held-out people, {Runs.Runs.Count} runs. Means over pictures with 95 % intervals that resample whole people; ");
        text.Append("`*`: differs from the first row, Wilcoxon over pictures, p ≤ 0.01, as the paper marks its tables; pictures of one person are not independent, so trust the intervals more.\n");
        foreach (var missing in Runs.LeftOut) text.Append(CultureInfo.InvariantCulture, $"\nNot run: {missing}\n");
        text.Append("\n## Every combination\n\n").Append(MarkdownTable.Of(Table()));
        if (HasEffects)
            text.Append("\n## Each switch by itself, over all settings of the others (Wilcoxon over people, Holm)\n\n").Append(MarkdownTable.Of(EffectTable()));
        foreach (var sweep in AblationSweep.All)
            if (SweepValues(sweep).Count > 0)
                text.Append(CultureInfo.InvariantCulture, $"\n## Sweep about the whole defense: {sweep.Title}\n\n").Append(MarkdownTable.Of(SweepTable(sweep)));
        return text.ToString();
    }

    private static bool IsCombination(Scenario s) => s.IsPerturbed && AblationSweep.All.All(sweep => sweep.Moved(s) is null);

    private string Cell(Func<Scenario, bool> where, string score, Func<Scenario, bool> baseline) => Runs.Mean(where, score) is { } mean
        ? mean + (Runs.Compare(where, baseline, score)?.Mark ?? "") + Runs.Fewer(where) : "";

    private List<(int Subject, double Difference)> Pairs(AblationSwitch one, string score)
    {
        var runs = Runs.Runs.Where(r => IsCombination(r.Scenario)).ToLookup(r => (r.Scenario.Subject, r.Scenario.Seed, Others(r.Scenario, one)));
        return [.. from key in runs
                   let with = key.Where(r => one.IsOn(r.Scenario)).ToArray()
                   let without = key.Where(r => !one.IsOn(r.Scenario)).ToArray()
                   where with.Length == 1 && without.Length == 1
                   select (key.Key.Subject, with[0].Of(score).Average() - without[0].Of(score).Average())];
    }

    private static string Others(Scenario scenario, AblationSwitch but) => string.Join('+', AblationSwitch.All.Where(a => a != but && a.IsOn(scenario)).Select(a => a.Name));

    private static string Signed(BootstrapInterval i) => string.Create(CultureInfo.InvariantCulture, $"{i.Mean:+0.000;-0.000}")
        + (i.IsPoint ? "" : string.Create(CultureInfo.InvariantCulture, $" [{i.Low:0.000}, {i.High:0.000}]"));
}
