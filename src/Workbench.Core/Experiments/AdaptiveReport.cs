using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;
using Workbench.Experiments.Statistics;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The tables of <see cref="AdaptiveStudy"/>: the paper's table 3 with what we measured.</summary>
/// <param name="Runs">Finished runs.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record AdaptiveReport(StudyRuns Runs)
{
    /// <summary>The attacks that were run, in order: the protections, and the paper's where purifiers were met by that.</summary>
    public IReadOnlyList<string> Protections => [.. Runs.Runs.Select(r => r.Scenario).Where(s => s is { IsPerturbed: true, Through: null }).Select(s => s.Perturbation).Distinct(StringComparer.Ordinal)];

    /// <summary>The defenses that were run: chain and whether decoupling was added, in the paper's order.</summary>
    public IReadOnlyList<(string Chain, bool IsDecoupled)> Defenses =>
        [.. Runs.Runs.Select(r => r.Scenario).Where(s => s.IsPerturbed).Select(s => (s.Purifier, s.Decoupling.IsOn)).Distinct().OrderBy(d => d.IsOn).ThenBy(d => Order(d.Purifier))];

    /// <summary>
    /// Table 3: a row a defense; the overall score before and after the protector knew the purifier, their difference, what is
    /// left of the defense beside none at all (<c>*</c>: Wilcoxon over pictures, p ≤ 0.01), and E[Avg], the mean of both worlds.
    /// </summary>
    /// <param name="protection">The protection.</param>
    public DataFrame Table(string protection)
    {
        var rows = Attacks(protection);
        string Say(int row, string score) => PaperNumber.All.FirstOrDefault(n => n.Table == 3 && n.Score == score && n.Cell == rows[row].Paper) is { } n ? Number(n.Value) : "";
        IEnumerable<string> Each(Func<int, string> cell) => Enumerable.Range(0, rows.Count).Select(cell);
        return new DataFrame(
            new StringDataFrameColumn("defense", Each(i => rows[i].Name)),
            new StringDataFrameColumn("identity before", Each(i => Text(Runs.Mean(rows[i].Before, "identity")) + Runs.Fewer(rows[i].Before))),
            new StringDataFrameColumn("identity after", Each(i => Text(Runs.Mean(rows[i].After, "identity")) + Runs.Fewer(rows[i].After))),
            new StringDataFrameColumn("IMS after, paper", Each(i => Say(i, "IMS"))),
            new StringDataFrameColumn("quality before", Each(i => Text(Runs.Mean(rows[i].Before, "quality")) + Runs.Fewer(rows[i].Before))),
            new StringDataFrameColumn("quality after", Each(i => Text(Runs.Mean(rows[i].After, "quality")) + Runs.Fewer(rows[i].After))),
            new StringDataFrameColumn("Q after, paper", Each(i => Say(i, "Q"))),
            new StringDataFrameColumn("Avg, after less before", Each(i => Runs.Compare(rows[i].After, rows[i].Before, RunScores.Average) is { } c ? $"{c.Difference}{c.Mark}" : "")),
            new StringDataFrameColumn("p over people", Each(i => Runs.Compare(rows[i].After, rows[i].Before, RunScores.Average) is { } c ? Number(c.PeoplePValue) : "")),
            new StringDataFrameColumn("Avg after, less undefended", Each(i => Runs.Compare(rows[i].After, Before(protection, "none", false), RunScores.Average) is { } c ? $"{c.Difference}{c.Mark}" : "")),
            new StringDataFrameColumn("Avg after, paper", Each(i => Say(i, "Avg"))),
            new StringDataFrameColumn("E[Avg]", Each(i => Expected(rows[i].Before, rows[i].After) is { } e ? Number(e) : "")),
            new StringDataFrameColumn("E[Avg], paper", Each(i => Say(i, "E[Avg]"))),
            new StringDataFrameColumn("noise log-odds, after less before", Each(i => Runs.Compare(rows[i].After, rows[i].Before, "noise_log_odds") is { } c ? $"{c.Difference}{c.Mark}" : "")));
    }

    /// <summary>The defenses that were attacked: name, and the runs before and after.</summary>
    /// <param name="protection">The protection.</param>
    public IReadOnlyList<(string Name, string Paper, Func<Scenario, bool> Before, Func<Scenario, bool> After)> Attacks(string protection)
    {
        var rows = new List<(string, string, Func<Scenario, bool>, Func<Scenario, bool>)>();
        foreach (var (chain, isDecoupled) in Defenses)
        {
            var before = Before(protection, chain, isDecoupled);
            foreach (var knows in new[] { false, true })
            {
                bool After(Scenario s) => IsRun(s, protection, chain, isDecoupled) && s.Through == chain && s.KnowsDecoupling == knows;
                if (Runs.Runs.Any(r => After(r.Scenario)))
                    rows.Add(($"{Title((chain, isDecoupled))}{(knows ? ", noise token known" : "")}", knows ? "" : PaperName(chain, isDecoupled), before, After));
            }
        }
        return rows;
    }

    /// <summary>Expected overall score when the attack comes half of the time, over people who have both sides; null where one side was not run.</summary>
    public double? Expected(Func<Scenario, bool> before, Func<Scenario, bool> after) =>
        Runs.Mean(s => before(s) && Has(after, s.Subject), RunScores.Average) is { } b && Runs.Mean(s => after(s) && Has(before, s.Subject), RunScores.Average) is { } a
            ? ScoreAggregation.Expected(b.Mean, a.Mean) : null;

    private bool Has(Func<Scenario, bool> runs, int subject) => Runs.Runs.Any(r => r.Scenario.Subject == subject && runs(r.Scenario));

    /// <summary>Writes <c>results.json</c> and <c>results.md</c>.</summary>
    public void Write(string folder)
    {
        Runs.Write(folder);
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), ToMarkdown());
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where there is nothing.</summary>
    public static AdaptiveReport? Read(string folder) => StudyRuns.Read(folder) is { } runs ? new AdaptiveReport(runs) : null;

    /// <summary>All tables.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# The adaptive attack: every purifier, and the pipeline, against a protector who knows it\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Runs.People} held-out people, {Runs.Runs.Count} runs. Means over pictures with 95 % intervals that resample whole people; ");
        text.Append("`*`: differs from before, or in the column *less undefended* from undefended; Wilcoxon over pictures, p ≤ 0.01, as the paper marks its tables; pictures of one person are not independent, so trust the intervals more.\n");
        foreach (var missing in Runs.LeftOut) text.Append(CultureInfo.InvariantCulture, $"\nNot run: {missing}\n");
        foreach (var protection in Protections.Where(p => Attacks(p).Count > 0))
            text.Append(CultureInfo.InvariantCulture, $"\n## {protection} made through the purifier, and without\n\n").Append(MarkdownTable.Of(Table(protection)));
        return text.ToString();
    }

    private static bool IsRun(Scenario s, string protection, string chain, bool isDecoupled) => s.Perturbation == protection && s.Purifier == chain && s.Decoupling.IsOn == isDecoupled;

    private static Func<Scenario, bool> Before(string protection, string chain, bool isDecoupled) => s => IsRun(s, protection, chain, isDecoupled) && s.Through is null;

    private static string Title((string Chain, bool IsDecoupled) defense) => (defense.Chain == "none" ? "no purifier" : defense.Chain) + (defense.IsDecoupled ? " + CDL" : "");

    // The paper's pipeline has CodeFormer and an upscaler; ours stands in its row with what the folder has of them.
    private string PaperName(string chain, bool isDecoupled) => chain == PaperChain ? (isDecoupled ? "pipeline" : "purifier") : isDecoupled ? $"{chain} cdl" : chain;

    private string PaperChain => new[] { "code-sr", "sr", "code" }.FirstOrDefault(chain => Runs.Runs.Any(r => r.Scenario.Purifier == chain)) ?? "";

    private static int Order(string chain) => chain == "none" ? -1 : PurifierStudy.AllChains.ToList().IndexOf(chain) is >= 0 and var place ? place : PurifierStudy.AllChains.Count;

    private static string Text(BootstrapInterval? interval) => interval?.ToString() ?? "";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
