using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Analysis;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Results as tables, one row a generated picture.</summary>
public static class ScenarioTable
{
    private static readonly JsonSerializerOptions Line = new(ModelConfigFile.Options) { WriteIndented = false };

    /// <summary>A data frame: condition, budget, subject, seed, prompt, image, and a column a score.</summary>
    public static DataFrame ToDataFrame(IReadOnlyList<ScenarioResult> results)
    {
        var rows = Rows(results);
        var frame = new DataFrame(
            new StringDataFrameColumn("condition", rows.Select(r => r.Run.Scenario.Condition)),
            new DoubleDataFrameColumn("budget", rows.Select(r => r.Run.Scenario.BudgetLevels)),
            new StringDataFrameColumn("purifier", rows.Select(r => r.Run.Scenario.Purifier)),
            new Int32DataFrameColumn("subject", rows.Select(r => r.Run.Scenario.Subject)),
            new Int64DataFrameColumn("seed", rows.Select(r => (long)r.Run.Scenario.Seed)),
            new StringDataFrameColumn("prompt", rows.Select(r => r.Image.Prompt)),
            new Int32DataFrameColumn("image", rows.Select(r => r.Image.Image)));
        foreach (var score in StudyScore.All) frame.Columns.Add(new DoubleDataFrameColumn(score.Name, rows.Select(r => score.Of(r.Image))));
        return frame;
    }

    /// <summary>Writes the rows as CSV with a header.</summary>
    public static void WriteCsv(string path, IReadOnlyList<ScenarioResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("condition,budget,purifier,subject,seed,prompt,image," + string.Join(',', StudyScore.All.Select(s => s.Name)));
        foreach (var (run, image) in Rows(results))
        {
            var s = run.Scenario;
            var scores = StudyScore.All.Select(score => score.Of(image).ToString("R", CultureInfo.InvariantCulture));
            text.AppendLine(CultureInfo.InvariantCulture, $"{s.Condition},{s.BudgetLevels},{s.Purifier},{s.Subject},{s.Seed},\"{image.Prompt.Replace("\"", "\"\"")}\",{image.Image},{string.Join(',', scores)}");
        }
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Writes the rows as JSON, one object a line.</summary>
    public static void WriteJsonLines(string path, IReadOnlyList<ScenarioResult> results)
    {
        var lines = Rows(results).Select(r => JsonSerializer.Serialize(new
        {
            r.Run.Scenario.Condition,
            Budget = r.Run.Scenario.BudgetLevels,
            r.Run.Scenario.Purifier,
            r.Run.Scenario.Subject,
            r.Run.Scenario.Seed,
            Scores = r.Image,
        }, Line));
        AtomicFile.WriteText(path, string.Concat(lines.Select(l => l + "\n")));
    }

    private static List<(ScenarioResult Run, ImageScores Image)> Rows(IReadOnlyList<ScenarioResult> results) =>
        [.. results.SelectMany(run => run.Images.Select(image => (run, image)))];
}
