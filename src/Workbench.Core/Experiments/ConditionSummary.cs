using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Analysis;
using Workbench.Experiments.Statistics;

namespace Workbench.Experiments;

/// <summary>One condition at one budget, over people and seeds.</summary>
/// <param name="Label">Condition and budget.</param>
/// <param name="Condition">Name of the condition.</param>
/// <param name="BudgetLevels">8-bit levels; 0 without protection.</param>
/// <param name="Runs">Finished runs.</param>
/// <param name="Scores">Mean and 95 % interval of each score, by the names of <see cref="StudyScore"/>.</param>
/// <param name="TrainingNoise">Mean P(noise) of the training photos.</param>
/// <param name="TrainingNoiseReconstructed">The same after the autoencoder.</param>
/// <param name="Seconds">Mean seconds a run.</param>
public sealed record ConditionSummary(
    string Label, string Condition, double BudgetLevels, int Runs, IReadOnlyDictionary<string, BootstrapInterval> Scores,
    double TrainingNoise, double TrainingNoiseReconstructed, double Seconds)
{
    internal JsonObject ToJson() => new()
    {
        ["label"] = Label,
        ["condition"] = Condition,
        ["budget_levels"] = BudgetLevels,
        ["runs"] = Runs,
        ["training_noise"] = Math.Round(TrainingNoise, 4),
        ["training_noise_reconstructed"] = Math.Round(TrainingNoiseReconstructed, 4),
        ["seconds"] = Math.Round(Seconds, 1),
        ["scores"] = new JsonObject(Scores.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)Interval(s.Value)))),
    };

    internal static JsonObject Interval(BootstrapInterval interval) => new()
    {
        ["mean"] = Math.Round(interval.Mean, 4),
        ["low"] = Math.Round(interval.Low, 4),
        ["high"] = Math.Round(interval.High, 4),
    };
}

/// <summary>A condition against its baseline, paired by person.</summary>
/// <param name="Condition">Label of the condition.</param>
/// <param name="Baseline">Label of the baseline.</param>
/// <param name="Question">What the comparison asks.</param>
/// <param name="Score">Name of the score.</param>
/// <param name="HigherIsBetter">Which end of the score is better.</param>
/// <param name="Difference">Condition minus baseline, with a 95 % interval over people.</param>
/// <param name="Pairs">People who have both.</param>
/// <param name="PValue">Two-sided Wilcoxon signed-rank p over the pairs.</param>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record ConditionComparison(
    string Condition, string Baseline, string Question, string Score, bool HigherIsBetter, BootstrapInterval Difference, int Pairs, double PValue)
{
    /// <summary>A row a comparison; <c>*</c> p &lt; 0.05, <c>**</c> p &lt; 0.01, not corrected.</summary>
    public static DataFrame ToDataFrame(IReadOnlyList<ConditionComparison> rows) => new(
        new StringDataFrameColumn("question", rows.Select(c => c.Question)), new StringDataFrameColumn("condition", rows.Select(c => c.Condition)),
        new StringDataFrameColumn("baseline", rows.Select(c => c.Baseline)),
        new StringDataFrameColumn("score", rows.Select(c => StudyScore.All.FirstOrDefault(s => s.Name == c.Score)?.Title ?? c.Score)),
        new StringDataFrameColumn("difference", rows.Select(c => $"{c.Difference}{(c.PValue < 0.01 ? "**" : c.PValue < 0.05 ? "*" : "")}")),
        new Int32DataFrameColumn("pairs", rows.Select(c => c.Pairs)),
        new StringDataFrameColumn("p", rows.Select(c => c.PValue.ToString("0.0000", CultureInfo.InvariantCulture))));

    internal JsonObject ToJson() => new()
    {
        ["condition"] = Condition,
        ["baseline"] = Baseline,
        ["question"] = Question,
        ["score"] = Score,
        ["higher_is_better"] = HigherIsBetter,
        ["difference"] = ConditionSummary.Interval(Difference),
        ["pairs"] = Pairs,
        ["wilcoxon_p"] = PValue,
    };
}
