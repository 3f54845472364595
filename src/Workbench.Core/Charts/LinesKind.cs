namespace Workbench.Charts;

/// <summary>Curves, each with a band where it has one.</summary>
internal sealed class LinesKind : ChartKind
{
    private const int MarkersUpTo = 30;
    private readonly IReadOnlyList<LineSeries> series;

    public LinesKind(IReadOnlyList<LineSeries> series)
    {
        if (series.Count == 0) throw new ArgumentException("A line chart needs at least one series.");
        foreach (var line in series)
        {
            RequireSame(line.Name, "values", line.Y.Count, "places", line.X?.Count);
            RequireSame(line.Name, "values", line.Y.Count, "intervals", line.Band?.Count);
            RequireOrdered(line.Name, line.Band);
        }

        this.series = [.. series];
    }

    public override IReadOnlyList<string> Conditions => [.. series.Select(s => s.Name)];

    public override IEnumerable<double> Values => series.SelectMany(s => s.Y.Concat((s.Band ?? []).SelectMany(b => new[] { b.Lower, b.Upper })));

    public override IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours)
    {
        foreach (var line in series)
        {
            if (line.Band is { } band)
            {
                yield return Edge(line, band.Select(b => b.Lower), colours[line.Name], filled: false);
                yield return Edge(line, band.Select(b => b.Upper), colours[line.Name], filled: true);
            }

            yield return new()
            {
                ["type"] = "scatter",
                ["mode"] = line.Y.Count <= MarkersUpTo ? "lines+markers" : "lines",
                ["name"] = PlotlyFigure.Text(line.Name),
                ["legendgroup"] = line.Name,
                ["x"] = PlotlyFigure.Numbers(line.Places),
                ["y"] = PlotlyFigure.Numbers(line.Y),
                ["line"] = new Dictionary<string, object> { ["color"] = colours[line.Name], ["width"] = 2 },
                ["showlegend"] = Legend.Count > 0,
            };
        }
    }

    public override (ChartAxis X, ChartAxis Y) Axes()
    {
        var x = series.SelectMany(s => s.Places).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var along = x.Max() > x.Min() ? new ChartAxis(x.Min(), x.Max()) : ChartAxis.Around(x);
        return (along, ChartAxis.Around(Values));
    }

    public override void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours)
    {
        foreach (var line in series)
        {
            if (line.Band is { } band)
            {
                var whole = Enumerable.Range(0, band.Count).Where(i => double.IsFinite(line.Places[i]) && double.IsFinite(band[i].Lower) && double.IsFinite(band[i].Upper)).ToList();
                var there = whole.Select(i => (area.X(line.Places[i]), area.Y(band[i].Upper)));
                var back = whole.AsEnumerable().Reverse().Select(i => (area.X(line.Places[i]), area.Y(band[i].Lower)));
                area.Canvas.Polygon(there.Concat(back), colours[line.Name], 0.2);
            }

            foreach (var piece in Pieces(line))
            {
                var points = piece.Select(p => (area.X(p.X), area.Y(p.Y))).ToList();
                area.Canvas.Polyline(points, colours[line.Name]);
                if (line.Y.Count > MarkersUpTo) continue;
                foreach (var (x, y) in points) area.Canvas.Circle(x, y, 3, colours[line.Name]);
            }
        }
    }

    public override IEnumerable<string> Describe() => series.Where(s => s.Y.Count > 0).Select(line =>
        $"{line.Name}: {line.Y.Count} values from {ShortNumber.Format(line.Y[0])} to {ShortNumber.Format(line.Y[^1])}, " +
        $"lowest {ShortNumber.Format(line.Y.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min())}, highest {ShortNumber.Format(line.Y.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max())}");

    private static Dictionary<string, object> Edge(LineSeries line, IEnumerable<double> values, string colour, bool filled)
    {
        var edge = new Dictionary<string, object>
        {
            ["type"] = "scatter",
            ["mode"] = "lines",
            ["name"] = PlotlyFigure.Text(line.Name),
            ["legendgroup"] = line.Name,
            ["x"] = PlotlyFigure.Numbers(line.Places),
            ["y"] = PlotlyFigure.Numbers(values),
            ["line"] = new Dictionary<string, object> { ["width"] = 0, ["color"] = colour },
            ["hoverinfo"] = "skip",
            ["showlegend"] = false,
        };
        if (!filled) return edge;
        edge["fill"] = "tonexty";
        edge["fillcolor"] = colour + "33";
        return edge;
    }

    /// <summary>The curve cut at values that are not finite.</summary>
    private static IEnumerable<IReadOnlyList<(double X, double Y)>> Pieces(LineSeries line)
    {
        var piece = new List<(double, double)>();
        var places = line.Places;
        for (var i = 0; i < line.Y.Count; i++)
        {
            if (double.IsFinite(line.Y[i]) && double.IsFinite(places[i])) piece.Add((places[i], line.Y[i]));
            else if (piece.Count > 0)
            {
                yield return piece;
                piece = [];
            }
        }

        if (piece.Count > 0) yield return piece;
    }
}
