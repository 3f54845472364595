using Microsoft.Data.Analysis;

namespace Workbench.Experiments;

/// <summary>What a report answers to the questions of notebook 02; questions that were not measured are left out.</summary>
/// <param name="All">The answers, in the order of the notebook.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ShortcutAnswers(IReadOnlyList<ShortcutAnswer> All)
{
    /// <summary>Puts all questions to a report.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="options">Its prompts name the cells.</param>
    public static ShortcutAnswers Of(ShortcutReport report, ShortcutOptions options) => new(
        [.. from asked in ShortcutQuestion.All(options, report)
            let difference = report.Difference(asked.Experiment, asked.Score, asked.A, asked.B)
            where difference is not null
            select new ShortcutAnswer(asked, difference, report.PeopleOf(asked.Experiment, asked.Score, asked.A, asked.B))]);

    /// <summary>Answers of several reports side by side: a line a question, a column a report, empty where it was not measured.</summary>
    /// <param name="options">Its prompts name the cells.</param>
    /// <param name="reports">Reports with their names; those without rows are left out.</param>
    public static DataFrame SideBySide(ShortcutOptions options, params IReadOnlyList<(string Name, ShortcutReport Report)> reports)
    {
        var columns = reports.Where(r => r.Report.Rows.Count > 0).Select(r => (r.Name, Of(r.Report, options).All)).ToArray();
        // Reports differ in what they hold, and some questions are about a report's own doses: the words are what they share.
        var lines = columns.SelectMany(c => c.All).Select(Line).Distinct().OrderBy(l => l.Topic).ToArray();
        return new DataFrame([
            new StringDataFrameColumn("question", lines.Select(l => l.Words)),
            new StringDataFrameColumn("score", lines.Select(l => l.Score)),
            .. columns.Select(c => new StringDataFrameColumn(c.Name, lines.Select(l => c.All.FirstOrDefault(a => Line(a) == l)?.Number ?? ""))),
        ]);
    }

    /// <summary>The answers to one topic.</summary>
    public ShortcutAnswers About(ShortcutTopic topic) => new([.. All.Where(a => a.Question.Topic == topic)]);

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', All);

    private static (ShortcutTopic Topic, string Words, string Score) Line(ShortcutAnswer answer) => (answer.Question.Topic, answer.Question.Words, answer.Question.ScoreName);
}
