using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Analysis;
using Workbench.Experiments.Claims;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Means with intervals of a study's conditions, and paired comparisons between them.</summary>
/// <remarks>
/// Pictures of one person are not independent: intervals resample whole people. Comparisons pair runs of one person and seed by their
/// mean over pictures; a person's seeds are averaged, and Wilcoxon's test is two-sided over people.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class StudyReport
{
    private static readonly (string Condition, string Baseline, string Question)[] Questions =
    [
        (MiniWorldStudy.Random, MiniWorldStudy.Clean, "does random noise of this size hurt?"),
        (MiniWorldStudy.Protected, MiniWorldStudy.Clean, "does the protection hurt?"),
        (MiniWorldStudy.Protected, MiniWorldStudy.Random, "more than random noise of its size?"),
        (MiniWorldStudy.Purified, MiniWorldStudy.Protected, "does purification mend it?"),
        (MiniWorldStudy.Decoupled, MiniWorldStudy.Protected, "does decoupling mend it?"),
        (MiniWorldStudy.Decoupled, MiniWorldStudy.DecoupledNoNegative, "what does the negative prompt add to decoupling?"),
        (MiniWorldStudy.Both, MiniWorldStudy.Protected, "do both mend it?"),
        (MiniWorldStudy.Both, MiniWorldStudy.Purified, "what does decoupling add to purification?"),
        (MiniWorldStudy.Both, MiniWorldStudy.BothNoNegative, "what does the negative prompt add to both?"),
        (MiniWorldStudy.Both, MiniWorldStudy.Clean, "how far from clean is that?"),
        (MiniWorldStudy.DecoupledNoNegative, MiniWorldStudy.Protected, "decoupling without the negative prompt?"),
        (MiniWorldStudy.BothNoNegative, MiniWorldStudy.Protected, "both without the negative prompt?"),
        (MiniWorldStudy.BothNoNegative, MiniWorldStudy.Purified, "more than purification alone?"),
        (MiniWorldStudy.CleanBoth, MiniWorldStudy.Clean, "do both hurt clean photos?"),
        (Claim.AdaptiveBoth, MiniWorldStudy.Both, "does knowing the purifier help the protector?"),
        (Claim.AdaptiveBoth, Claim.Adaptive, "do both still mend it then?"),
    ];

    private readonly IReadOnlyList<ScenarioResult> results;

    /// <summary>Aggregates results.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StudyReport(IReadOnlyList<ScenarioResult> results)
    {
        if (results.Count == 0) throw new ArgumentException("There is no finished run to report on.", nameof(results));
        this.results = results;
        var order = MiniWorldStudy.Conditions.ToList();
        Conditions = [.. results.GroupBy(r => r.Scenario.Label).OrderBy(g => g.First().Scenario.BudgetLevels)
            .ThenBy(g => order.IndexOf(g.First().Scenario.Condition)).Select(g => Summarize(g.Key, [.. g]))];
        Comparisons = [.. Conditions.SelectMany(Compare)];
    }

    /// <summary>One entry a condition and budget.</summary>
    public IReadOnlyList<ConditionSummary> Conditions { get; }

    /// <summary>One entry a question, budget and score.</summary>
    public IReadOnlyList<ConditionComparison> Comparisons { get; }

    /// <summary>Writes <c>results.json</c>, <c>results.md</c>, <c>images.csv</c> and <c>images.jsonl</c> into <paramref name="folder"/>.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "results.json"), ToJson().ToJsonString(ModelConfigFile.Options) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), ToMarkdown());
        ScenarioTable.WriteCsv(Path.Combine(folder, "images.csv"), results);
        ScenarioTable.WriteJsonLines(Path.Combine(folder, "images.jsonl"), results);
    }

    /// <summary>The tables as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("Means over pictures with 95 % intervals (people resampled).").AppendLine();
        text.AppendLine($"| condition | runs | {string.Join(" | ", StudyScore.All.Select(s => s.Title))} | training photos P(noise) | after the VAE |");
        text.AppendLine($"| --- | --- |{string.Concat(Enumerable.Repeat(" --- |", StudyScore.All.Count + 2))}");
        foreach (var c in Conditions)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {c.Label} | {c.Runs} | {string.Join(" | ", StudyScore.All.Select(s => c.Scores[s.Name].ToString()))} | {c.TrainingNoise:0.00} | {c.TrainingNoiseReconstructed:0.00} |");
        text.AppendLine().AppendLine("Paired differences (condition minus baseline, a pair a person); p of the two-sided Wilcoxon signed-rank test, uncorrected.").AppendLine();
        text.AppendLine("| condition | baseline | question | score | difference | pairs | Wilcoxon p |").AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var c in Comparisons)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {c.Condition} | {c.Baseline} | {c.Question} | {c.Score} | {c.Difference} | {c.Pairs} | {c.PValue:0.0000} |");
        return text.ToString();
    }

    /// <summary>The comparisons as a table; see <see cref="ConditionComparison.ToDataFrame"/>.</summary>
    /// <param name="scores">Names of <see cref="StudyScore"/>; none: all.</param>
    public DataFrame ComparisonTable(params IReadOnlyList<string> scores) =>
        ConditionComparison.ToDataFrame([.. Comparisons.Where(c => scores.Count == 0 || scores.Contains(c.Score, StringComparer.Ordinal))]);

    private static ConditionSummary Summarize(string label, IReadOnlyList<ScenarioResult> runs)
    {
        var clusters = runs.SelectMany(r => r.Images.Select(_ => Cluster(r))).ToArray();
        var scores = StudyScore.All.ToDictionary(s => s.Name, s => BootstrapInterval.OfClusteredMean(
            [.. runs.SelectMany(r => r.Images.Select(s.Of))], clusters, new Seed(1).For(s.Name)), StringComparer.Ordinal);
        return new ConditionSummary(label, runs[0].Scenario.Condition, runs[0].Scenario.BudgetLevels, runs.Count, scores,
            runs.Average(r => r.TrainingNoise), runs.Average(r => r.TrainingNoiseReconstructed), runs.Average(r => r.Seconds.Values.Sum()));
    }

    private IEnumerable<ConditionComparison> Compare(ConditionSummary condition) =>
        from question in Questions
        where question.Condition == condition.Condition
        from score in StudyScore.All
        let comparison = Compare(condition, question.Baseline, question.Question, score)
        where comparison is not null
        select comparison;

    private ConditionComparison? Compare(ConditionSummary condition, string baseline, string question, StudyScore score)
    {
        // A baseline without a budget (clean) serves all budgets.
        var pairs = (from run in results
                     where run.Scenario.Label == condition.Label
                     from other in results
                     where other.Scenario.Condition == baseline && other.Scenario.Subject == run.Scenario.Subject && other.Scenario.Seed == run.Scenario.Seed
                         && (!other.Scenario.IsPerturbed || other.Scenario.BudgetLevels == run.Scenario.BudgetLevels)
                     select (Run: run, Other: other)).ToList();
        if (pairs.Count == 0) return null;
        var people = pairs.GroupBy(p => p.Run.Scenario.Subject).ToArray();
        var differences = people.Select(g => g.Average(p => p.Run.Mean(score.Of) - p.Other.Mean(score.Of))).ToArray();
        var interval = BootstrapInterval.OfClusteredMean(differences, [.. people.Select(g => Cluster(g.First().Run))], new Seed(2).For(score.Name));
        return new ConditionComparison(condition.Label, pairs[0].Other.Scenario.Label, question, score.Name, score.HigherIsBetter, interval,
            people.Length, WilcoxonSignedRank.Test(differences).PValue);
    }

    private static string Cluster(ScenarioResult run) => run.Scenario.Subject.ToString(CultureInfo.InvariantCulture);

    private JsonObject ToJson() => new()
    {
        ["runs"] = results.Count,
        ["people"] = results.Select(r => r.Scenario.Subject).Distinct().Count(),
        ["seeds"] = results.Select(r => r.Scenario.Seed).Distinct().Count(),
        ["conditions"] = new JsonArray([.. Conditions.Select(c => (JsonNode)c.ToJson())]),
        ["comparisons"] = new JsonArray([.. Comparisons.Select(c => (JsonNode)c.ToJson())]),
    };
}
