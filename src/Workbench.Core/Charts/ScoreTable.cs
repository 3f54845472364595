using Microsoft.Data.Analysis;

namespace Workbench.Charts;

/// <summary>
/// What the paper says beside what we measured: a row a condition, and for each metric the measured mean with its
/// interval, preceded by the published number where there is one.
/// </summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class ScoreTable
{
    private readonly Dictionary<(string Condition, string Metric), Score> measured = [];
    private readonly Dictionary<(string Condition, string Metric), double> published = [];
    private readonly List<string> conditions = [];
    private readonly List<string> metrics = [];

    /// <summary>A table of measured scores; conditions and metrics keep the order in which they come.</summary>
    /// <exception cref="ArgumentException">Two scores are of the same condition and metric.</exception>
    public ScoreTable(params IReadOnlyList<Score> scores)
    {
        foreach (var score in scores) Add(score);
    }

    /// <summary>Adds a measured score.</summary>
    /// <exception cref="ArgumentException">There is one of that condition and metric already.</exception>
    public ScoreTable Add(Score score)
    {
        if (!measured.TryAdd((score.Condition, score.Metric), score))
            throw new ArgumentException($"'{score.Metric}' under '{score.Condition}' is in the table already.", nameof(score));
        Note(score.Condition, score.Metric);
        return this;
    }

    /// <summary>Adds what the paper reports; a condition that we have not measured gets a row all the same.</summary>
    public ScoreTable PaperSays(string condition, string metric, double value)
    {
        published[(condition, metric)] = value;
        Note(condition, metric);
        return this;
    }

    /// <summary>The table to read: a column a metric (two where the paper has numbers), each cell as text with its interval.</summary>
    public DataFrame ToDataFrame()
    {
        var columns = new List<DataFrameColumn> { new StringDataFrameColumn("condition", conditions) };
        foreach (var metric in metrics)
        {
            var hasPaper = published.Keys.Any(key => key.Metric == metric);
            if (hasPaper) columns.Add(new StringDataFrameColumn($"{metric} (paper)", conditions.Select(c => published.TryGetValue((c, metric), out var v) ? ShortNumber.Format(v) : "")));
            columns.Add(new StringDataFrameColumn(hasPaper ? $"{metric} (measured)" : metric, conditions.Select(c => measured.TryGetValue((c, metric), out var s) ? ShortNumber.Format(s.Mean, s.Interval) : "")));
        }

        return new DataFrame(columns);
    }

    /// <summary>The table to calculate with: a row a condition and metric, columns condition, metric, paper, mean, lower, upper; missing numbers are null.</summary>
    public DataFrame ToLongDataFrame()
    {
        var keys = conditions.SelectMany(c => metrics.Select(m => (c, m))).Where(k => measured.ContainsKey(k) || published.ContainsKey(k)).ToList();
        return new DataFrame(
            new StringDataFrameColumn("condition", keys.Select(k => k.c)),
            new StringDataFrameColumn("metric", keys.Select(k => k.m)),
            new DoubleDataFrameColumn("paper", keys.Select(k => published.TryGetValue(k, out var v) ? v : (double?)null)),
            new DoubleDataFrameColumn("mean", keys.Select(k => measured.GetValueOrDefault(k)?.Mean)),
            new DoubleDataFrameColumn("lower", keys.Select(k => measured.GetValueOrDefault(k)?.Interval?.Lower)),
            new DoubleDataFrameColumn("upper", keys.Select(k => measured.GetValueOrDefault(k)?.Interval?.Upper)));
    }

    /// <summary>One metric as bars with error bars: the measured conditions, in the table's order.</summary>
    /// <exception cref="ArgumentException">Nothing was measured by that metric.</exception>
    public Chart ToChart(string metric)
    {
        var scores = conditions.Select(c => measured.GetValueOrDefault((c, metric))).OfType<Score>().ToList();
        if (scores.Count == 0) throw new ArgumentException($"No score of '{metric}': the table has {string.Join(", ", metrics)}.", nameof(metric));
        var intervals = scores.Any(s => s.Interval is not null) ? scores.Select(s => s.Interval ?? (s.Mean, s.Mean)).ToList() : null;
        return Chart.Bars([.. scores.Select(s => s.Condition)], [.. scores.Select(s => s.Mean)], intervals).WithAxes(y: metric);
    }

    /// <summary>What a notebook shows: the table as HTML and as text.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle()
    {
        var table = FrameTable.Of(ToDataFrame());
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["text/html"] = table.ToHtml(), ["text/plain"] = table.ToText() };
    }

    /// <inheritdoc/>
    public override string ToString() => FrameTable.Of(ToDataFrame()).ToText();

    private void Note(string condition, string metric)
    {
        if (!conditions.Contains(condition, StringComparer.Ordinal)) conditions.Add(condition);
        if (!metrics.Contains(metric, StringComparer.Ordinal)) metrics.Add(metric);
    }
}
