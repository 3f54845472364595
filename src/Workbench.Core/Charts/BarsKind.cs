namespace Workbench.Charts;

/// <summary>Bars over labels, side by side for several series; one series gives each label the label's own colour.</summary>
internal sealed class BarsKind : ChartKind
{
    private readonly IReadOnlyList<string> labels;
    private readonly IReadOnlyList<BarSeries> series;
    private readonly bool colourLabels;

    public BarsKind(IReadOnlyList<string> labels, IReadOnlyList<BarSeries> series, bool colourLabels)
    {
        if (labels.Count == 0 || series.Count == 0) throw new ArgumentException("A bar chart needs at least one label and one series.");
        foreach (var bars in series)
        {
            RequireSame(bars.Name, "values", bars.Values.Count, "labels", labels.Count);
            RequireSame(bars.Name, "values", bars.Values.Count, "intervals", bars.Intervals?.Count);
            RequireOrdered(bars.Name, bars.Intervals);
        }

        (this.labels, this.series, this.colourLabels) = ([.. labels], [.. series], colourLabels);
    }

    public override IReadOnlyList<string> Conditions => colourLabels ? labels : [.. series.Select(s => s.Name)];

    public override IEnumerable<double> Values => series.SelectMany(s => s.Values.Concat((s.Intervals ?? []).SelectMany(i => new[] { i.Lower, i.Upper })));

    public override IReadOnlyList<string> Legend => colourLabels ? [] : base.Legend;

    public override IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours) => series.Select(bars =>
    {
        var trace = new Dictionary<string, object>
        {
            ["type"] = "bar",
            ["name"] = PlotlyFigure.Text(bars.Name),
            ["x"] = PlotlyFigure.Texts(labels),
            ["y"] = PlotlyFigure.Numbers(bars.Values),
            ["marker"] = new Dictionary<string, object> { ["color"] = colourLabels ? labels.Select(l => colours[l]).ToArray() : colours[bars.Name] },
            ["showlegend"] = Legend.Count > 0,
        };
        if (bars.Intervals is { } intervals)
        {
            trace["error_y"] = new Dictionary<string, object>
            {
                ["type"] = "data",
                ["symmetric"] = false,
                ["array"] = PlotlyFigure.Numbers(intervals.Select((interval, i) => Math.Max(interval.Upper - bars.Values[i], 0))),
                ["arrayminus"] = PlotlyFigure.Numbers(intervals.Select((interval, i) => Math.Max(bars.Values[i] - interval.Lower, 0))),
                ["thickness"] = 1.3,
            };
        }

        return trace;
    });

    public override void Arrange(Dictionary<string, object> layout, Dictionary<string, object> xAxis, Dictionary<string, object> yAxis)
    {
        layout["barmode"] = "group";
        xAxis["type"] = "category";
        xAxis["showgrid"] = false;
    }

    public override (ChartAxis X, ChartAxis Y) Axes() =>
        (ChartAxis.Of(labels), ChartAxis.Around(Values, fromZero: true));

    public override void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours)
    {
        var width = 0.8 / series.Count;
        var floor = area.Y(area.YAxis.IsLog ? area.YAxis.Low : 0);
        for (var s = 0; s < series.Count; s++)
            for (var i = 0; i < labels.Count; i++)
            {
                var value = series[s].Values[i];
                if (!double.IsFinite(value)) continue;
                double from = area.X(i - 0.4 + s * width), to = area.X(i - 0.4 + (s + 1) * width), tip = area.Y(value);
                area.Canvas.Rectangle(from + 1, Math.Min(tip, floor), to - from - 2, Math.Abs(floor - tip), colours[colourLabels ? labels[i] : series[s].Name]);
                if (series[s].Intervals?[i] is { } interval && double.IsFinite(interval.Lower) && double.IsFinite(interval.Upper)) Whisker(area, (from + to) / 2, interval);
            }
    }

    public override IEnumerable<string> Describe() => series.SelectMany(bars => labels.Select((label, i) =>
        $"{(bars.Name.Length > 0 ? $"{bars.Name}, " : "")}{label}: {ShortNumber.Format(bars.Values[i], bars.Intervals?[i])}"));

    private static void Whisker(PlotArea area, double x, (double Lower, double Upper) interval)
    {
        double low = area.Y(interval.Lower), high = area.Y(interval.Upper);
        area.Canvas.Line(x, low, x, high, "#222222", 1.3);
        area.Canvas.Line(x - 4, low, x + 4, low, "#222222", 1.3);
        area.Canvas.Line(x - 4, high, x + 4, high, "#222222", 1.3);
    }
}
