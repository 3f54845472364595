namespace Workbench.Charts;

/// <summary>Overlaid histograms over the same bins; a bin holds its lower edge, the last one also its upper.</summary>
internal sealed class HistogramKind : ChartKind
{
    private readonly IReadOnlyList<HistogramSeries> series;
    private readonly int bins;
    private readonly bool asShare;
    private readonly double low, size;

    public HistogramKind(IReadOnlyList<HistogramSeries> series, int bins, bool asShare)
    {
        if (series.Count == 0) throw new ArgumentException("A histogram needs at least one sample.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        (this.series, this.bins, this.asShare) = ([.. series.Select(s => s with { Values = [.. s.Values.Where(double.IsFinite)] })], bins, asShare);
        var all = this.series.SelectMany(s => s.Values).DefaultIfEmpty(0).ToList();
        double least = all.Min(), most = all.Max();
        (low, size) = most > least ? (least, (most - least) / bins) : (least - 0.5, 1.0 / bins);
    }

    public override IReadOnlyList<string> Conditions => [.. series.Select(s => s.Name)];

    public override IEnumerable<double> Values => series.SelectMany(Heights);

    /// <summary>Counted bars and not raw values, so that the still and the interactive chart have the same bins.</summary>
    public override IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours) => series.Select(sample => new Dictionary<string, object>
    {
        ["type"] = "bar",
        ["name"] = PlotlyFigure.Text(sample.Name),
        ["x"] = Enumerable.Range(0, bins).Select(i => low + (i + 0.5) * size).ToArray(),
        ["y"] = Heights(sample),
        ["width"] = size,
        ["marker"] = new Dictionary<string, object> { ["color"] = colours[sample.Name] },
        ["opacity"] = series.Count > 1 ? 0.55 : 0.9,
        ["showlegend"] = Legend.Count > 0,
    });

    public override void Arrange(Dictionary<string, object> layout, Dictionary<string, object> xAxis, Dictionary<string, object> yAxis)
    {
        layout["barmode"] = "overlay";
        if (!yAxis.ContainsKey("title")) yAxis["title"] = new Dictionary<string, object> { ["text"] = HeightTitle };
    }

    public override (ChartAxis X, ChartAxis Y) Axes() =>
        (new(low, low + bins * size) { HasGrid = false }, ChartAxis.Around(Values, fromZero: true) with { Title = HeightTitle });

    public override void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours)
    {
        foreach (var sample in series)
        {
            var heights = Heights(sample);
            for (var i = 0; i < bins; i++)
            {
                if (heights[i] == 0) continue;
                double from = area.X(low + i * size), to = area.X(low + (i + 1) * size), tip = area.Y(heights[i]);
                area.Canvas.Rectangle(from, tip, to - from - 0.5, area.Y(area.YAxis.Low) - tip, colours[sample.Name], series.Count > 1 ? 0.55 : 0.9);
            }
        }
    }

    public override IEnumerable<string> Describe() => series.Select(s => s.Values.Count == 0 ? $"{s.Name}: no values" :
        $"{s.Name}: {s.Values.Count} values from {ShortNumber.Format(s.Values.Min())} to {ShortNumber.Format(s.Values.Max())}, mean {ShortNumber.Format(s.Values.Average())}");

    private string HeightTitle => asShare ? "share" : "count";

    private double[] Heights(HistogramSeries sample)
    {
        var heights = new double[bins];
        foreach (var value in sample.Values) heights[Math.Clamp((int)((value - low) / size), 0, bins - 1)]++;
        if (asShare && sample.Values.Count > 0)
            for (var i = 0; i < bins; i++) heights[i] /= sample.Values.Count;
        return heights;
    }
}
