using Workbench.Charts;

namespace Workbench.Tests.Charts;

/// <summary>One chart of each kind, with names that try to break out of their markup.</summary>
internal static class Samples
{
    public const string Hostile = "<script>alert(\"x\")</script> & 'y' \u0001";

    public static readonly string[] Kinds = ["bars", "groups", "points", "regions", "lines", "heatmap", "histogram"];

    public static Chart Of(string kind) => (kind switch
    {
        "bars" => Chart.Bars(["clean", Hostile], [0.25, double.NaN], [(0.125, 0.5), (double.NaN, double.NaN)]),
        "groups" => Chart.Bars(["identity", Hostile], new BarSeries("clean", [0.75, -0.5]), new BarSeries(Hostile, [0.25, 0.625])),
        "points" => Chart.Points([1, 2, 3], [0.5, 0.25, 0.75], ["clean", Hostile, "clean"], ["a", Hostile, "c"]),
        "regions" => Chart.Points([new PointSeries("clean", [0.5], [0.25])], RegionMap.Of(["person", Hostile], (0, 1), (0, 1), (x, y) => x > y ? 1 : 0, 8)),
        "lines" => Chart.Lines(new LineSeries("clean", [3, double.NaN, 0.75, 0.5], Band: [(2, 4), (1, 2), (0.5, 1), (0.25, 1)]), new LineSeries(Hostile, [2, 1])),
        "heatmap" => Chart.Heatmap(new[,] { { 0.25, -0.75 }, { double.NaN, 1 } }, ["clean", Hostile], ["a", Hostile], diverging: true),
        _ => Chart.Histogram([new HistogramSeries("clean", [0.25, 0.5, 0.5, double.NaN]), new HistogramSeries(Hostile, [0.75])], bins: 4),
    }).WithTitle(Hostile).WithAxes(Hostile, Hostile);
}
