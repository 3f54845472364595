namespace Workbench.Charts;

/// <summary>Groups of points in the plane, over regions where there are some.</summary>
internal sealed class PointsKind : ChartKind
{
    private readonly IReadOnlyList<PointSeries> groups;
    private readonly RegionMap? regions;

    public PointsKind(IReadOnlyList<PointSeries> groups, RegionMap? regions)
    {
        if (groups.Count == 0) throw new ArgumentException("A point map needs at least one group.");
        foreach (var group in groups)
        {
            RequireSame(group.Name, "x places", group.X.Count, "y places", group.Y.Count);
            RequireSame(group.Name, "x places", group.X.Count, "texts", group.Texts?.Count);
        }

        (this.groups, this.regions) = ([.. groups], regions?.Checked());
    }

    public override IReadOnlyList<string> Conditions => [.. groups.Select(g => g.Name).Concat(regions?.Names ?? []).Distinct(StringComparer.Ordinal)];

    public override IEnumerable<double> Values => groups.SelectMany(g => g.Y);

    public override IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours)
    {
        if (regions is not null)
        {
            yield return Background(regions, colours);
            foreach (var name in regions.Names.Where(n => groups.All(g => g.Name != n)))
                yield return Points(new PointSeries(name, [double.NaN], [double.NaN]), colours[name], "square", 0.3);
        }

        foreach (var group in groups) yield return Points(group, colours[group.Name], "circle", 0.85);
    }

    public override (ChartAxis X, ChartAxis Y) Axes() => regions is null
        ? (ChartAxis.Around(groups.SelectMany(g => g.X)), ChartAxis.Around(groups.SelectMany(g => g.Y)))
        : (new(regions.X.Low, regions.X.High), new(regions.Y.Low, regions.Y.High));

    public override void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours)
    {
        if (regions is not null) DrawRegions(area, regions, colours);
        foreach (var group in groups)
            for (var i = 0; i < group.X.Count; i++)
                if (area.Contains(group.X[i], group.Y[i])) area.Canvas.Circle(area.X(group.X[i]), area.Y(group.Y[i]), 4, colours[group.Name], 0.85);
    }

    public override IEnumerable<string> Describe() => groups.Where(g => g.X.Count > 0).Select(g =>
        $"{g.Name}: {g.X.Count} points around ({ShortNumber.Format(g.X.Average())}, {ShortNumber.Format(g.Y.Average())})");

    private static Dictionary<string, object> Points(PointSeries group, string colour, string symbol, double opacity)
    {
        var trace = new Dictionary<string, object>
        {
            ["type"] = "scatter",
            ["mode"] = "markers",
            ["name"] = PlotlyFigure.Text(group.Name),
            ["x"] = PlotlyFigure.Numbers(group.X),
            ["y"] = PlotlyFigure.Numbers(group.Y),
            ["marker"] = new Dictionary<string, object> { ["color"] = colour, ["size"] = 8, ["symbol"] = symbol, ["opacity"] = opacity },
            ["showlegend"] = true,
        };
        if (group.Texts is { } texts) trace["text"] = PlotlyFigure.Texts(texts);
        return trace;
    }

    private static Dictionary<string, object> Background(RegionMap map, IReadOnlyDictionary<string, string> colours) => new()
    {
        ["type"] = "heatmap",
        ["x"] = Enumerable.Range(0, map.Columns).Select(map.CentreX).ToArray(),
        ["y"] = Enumerable.Range(0, map.Rows).Select(map.CentreY).ToArray(),
        ["z"] = Enumerable.Range(0, map.Rows).Select(r => Enumerable.Range(0, map.Columns).Select(c => map.Cells[r, c]).ToArray()).ToArray(),
        ["zmin"] = -0.5,
        ["zmax"] = map.Names.Count - 0.5,
        // A step a region: both ends of its part of the scale have its colour.
        ["colorscale"] = map.Names.SelectMany((name, i) => new[]
        {
            new object[] { (double)i / map.Names.Count, colours[name] }, [(i + 1.0) / map.Names.Count, colours[name]],
        }).ToArray(),
        ["opacity"] = 0.25,
        ["showscale"] = false,
        ["hoverinfo"] = "skip",
    };

    private static void DrawRegions(PlotArea area, RegionMap map, IReadOnlyDictionary<string, string> colours)
    {
        double stepX = (map.X.High - map.X.Low) / map.Columns, stepY = (map.Y.High - map.Y.Low) / map.Rows;
        for (var row = 0; row < map.Rows; row++)
            for (int from = 0, to; from < map.Columns; from = to)
            {
                // Neighbours of one region become one rectangle.
                to = from + 1;
                while (to < map.Columns && map.Cells[row, to] == map.Cells[row, from]) to++;
                double left = area.X(map.X.Low + from * stepX), right = area.X(map.X.Low + to * stepX);
                double top = area.Y(map.Y.Low + (row + 1) * stepY), bottom = area.Y(map.Y.Low + row * stepY);
                area.Canvas.Rectangle(left, top, right - left, bottom - top, colours[map.Names[map.Cells[row, from]]], 0.25);
            }
    }
}
