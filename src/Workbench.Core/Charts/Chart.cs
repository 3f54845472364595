using System.Net;
using System.Text;
using TorchSharp;
using Workbench.Tensors;

namespace Workbench.Charts;

/// <summary>
/// A chart for notebooks and pages: interactive where plotly.js runs, a still picture where no script does, words where
/// there is neither. Charts do not change; every <c>With…</c> returns another one.
/// </summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class Chart
{
    private readonly ChartKind kind;
    private readonly ChartOptions options;

    private Chart(ChartKind kind, ChartOptions? options = null) => (this.kind, this.options) = (kind, options ?? new());

    /// <summary>One bar a label, in the label's own colour.</summary>
    /// <param name="labels">The conditions.</param>
    /// <param name="values">One value a label; NaN leaves the place empty.</param>
    /// <param name="intervals">One interval a label, drawn as an error bar; null for none.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or an interval's ends are the wrong way round.</exception>
    public static Chart Bars(
        IReadOnlyList<string> labels, IReadOnlyList<double> values, IReadOnlyList<(double Lower, double Upper)>? intervals = null) =>
        new(new BarsKind(labels, [new BarSeries("", values, intervals)], colourLabels: true));

    /// <summary>Groups of bars: at each label one bar a series, in the series' colour.</summary>
    /// <param name="labels">What the groups stand for.</param>
    /// <param name="series">The conditions, each with one value a label.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or an interval's ends are the wrong way round.</exception>
    public static Chart Bars(IReadOnlyList<string> labels, params IReadOnlyList<BarSeries> series) => new(new BarsKind(labels, series, colourLabels: false));

    /// <summary>A map of points in the plane.</summary>
    /// <param name="x">Horizontal places.</param>
    /// <param name="y">Vertical places, one a point.</param>
    /// <param name="groups">The group of each point; null for one group.</param>
    /// <param name="texts">What the pointer shows over each point; null for none.</param>
    /// <param name="regions">What lies behind the points; null for nothing.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static Chart Points(
        IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<string>? groups = null, IReadOnlyList<string>? texts = null, RegionMap? regions = null)
    {
        if (y.Count != x.Count || (groups ?? texts)?.Count is { } n && n != x.Count || texts is not null && texts.Count != x.Count)
            throw new ArgumentException($"Expected one y place, group and text for each of the {x.Count} x places, got {y.Count}, {groups?.Count}, {texts?.Count}.");
        var split = Enumerable.Range(0, x.Count).GroupBy(i => groups?[i] ?? "points", StringComparer.Ordinal)
            .Select(g => new PointSeries(g.Key, [.. g.Select(i => x[i])], [.. g.Select(i => y[i])], texts is null ? null : [.. g.Select(i => texts[i])]));
        return Points([.. split], regions);
    }

    /// <summary>A map of groups of points in the plane, over <paramref name="regions"/> where given.</summary>
    /// <exception cref="ArgumentException">The lists of a group differ in length.</exception>
    public static Chart Points(IReadOnlyList<PointSeries> groups, RegionMap? regions = null) => new(new PointsKind(groups, regions));

    /// <summary>Curves, such as losses over training steps, each with a band where it has one.</summary>
    /// <exception cref="ArgumentException">The lists of a series differ in length, or a band's ends are the wrong way round.</exception>
    public static Chart Lines(params IReadOnlyList<LineSeries> series) => new(new LinesKind(series));

    /// <summary>A grid of coloured cells, the first row on top.</summary>
    /// <param name="values">[rows, columns]; NaN leaves a cell empty.</param>
    /// <param name="rows">Row names; null for numbers.</param>
    /// <param name="columns">Column names; null for numbers.</param>
    /// <param name="diverging">True for signed values: two colours that meet at zero.</param>
    public static Chart Heatmap(double[,] values, IReadOnlyList<string>? rows = null, IReadOnlyList<string>? columns = null, bool diverging = false) =>
        new(new HeatmapKind(values, rows, columns, diverging));

    /// <summary>A grid of coloured cells from a tensor.</summary>
    /// <param name="values">[rows, columns] of any number type.</param>
    /// <param name="rows">Row names; null for numbers.</param>
    /// <param name="columns">Column names; null for numbers.</param>
    /// <param name="diverging">True for signed values: two colours that meet at zero.</param>
    public static Chart Heatmap(torch.Tensor values, IReadOnlyList<string>? rows = null, IReadOnlyList<string>? columns = null, bool diverging = false)
    {
        if (values.dim() != 2) throw new ArgumentException($"A heat map needs [rows, columns], got [{string.Join(", ", values.shape)}].", nameof(values));
        var flat = TensorScope.Value(() => values.detach().to(torch.ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray());
        var grid = new double[values.shape[0], values.shape[1]];
        Buffer.BlockCopy(flat, 0, grid, 0, flat.Length * sizeof(double));
        return Heatmap(grid, rows, columns, diverging);
    }

    /// <summary>How often values occur.</summary>
    /// <param name="values">The sample.</param>
    /// <param name="bins">Number of bins.</param>
    public static Chart Histogram(IReadOnlyList<double> values, int bins = 30) => Histogram([new HistogramSeries("values", values)], bins);

    /// <summary>How often values occur in several samples, over the same bins.</summary>
    /// <param name="series">The samples.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="asShare">True to show each sample's share a bin, for samples of unequal size.</param>
    public static Chart Histogram(IReadOnlyList<HistogramSeries> series, int bins = 30, bool asShare = false) => new(new HistogramKind(series, bins, asShare));

    /// <summary>The same chart under a title.</summary>
    public Chart WithTitle(string title) => new(kind, options with { Title = title });

    /// <summary>The same chart with axis titles and ranges; what is null stays as it is.</summary>
    /// <exception cref="ArgumentException">A range is empty.</exception>
    public Chart WithAxes(string? x = null, string? y = null, (double Low, double High)? xRange = null, (double Low, double High)? yRange = null)
    {
        foreach (var range in new[] { xRange, yRange })
            if (range is { } r && !(r.Low < r.High)) throw new ArgumentException($"The range [{r.Low}, {r.High}] is empty.");
        return new(kind, options with { XTitle = x ?? options.XTitle, YTitle = y ?? options.YTitle, XRange = xRange ?? options.XRange, YRange = yRange ?? options.YRange });
    }

    /// <summary>The same chart with a logarithmic vertical axis; a chosen vertical range must then be positive.</summary>
    public Chart WithLogY() => new(kind, options with { LogY = true });

    /// <summary>The same chart in another size, in pixels.</summary>
    public Chart WithSize(int width, int height) => new(kind, options with { Width = Math.Max(width, 200), Height = Math.Max(height, 150) });

    /// <summary>The same chart with a chosen colour for a condition.</summary>
    /// <param name="name">The condition.</param>
    /// <param name="colour">A colour as <c>#rrggbb</c>.</param>
    /// <exception cref="ArgumentException">The colour is written in another way.</exception>
    public Chart WithColour(string name, string colour)
    {
        if (colour.Length != 7 || colour[0] != '#' || !colour.AsSpan(1).ToString().All(char.IsAsciiHexDigit))
            throw new ArgumentException($"Expected a colour as #rrggbb, got '{colour}'.", nameof(colour));
        return new(kind, options with { Colours = new Dictionary<string, string>(options.Colours, StringComparer.Ordinal) { [name] = colour } });
    }

    /// <summary>The figure as plotly.js reads it: <c>{"data": […], "layout": {…}}</c>.</summary>
    public string ToPlotlyJson() => Figure().ToJson();

    /// <summary>A still picture as an SVG document without script.</summary>
    public string ToSvg() => ChartStill.Draw(kind, options, Colours());

    /// <summary>
    /// A fragment of HTML that needs no network: a place that a page with plotly.js turns into the interactive chart
    /// (<c>class="workbench-plotly"</c>, the figure in <c>data-plotly</c>), and in it the still for pages without.
    /// </summary>
    public string ToHtml()
    {
        var still = Convert.ToBase64String(Encoding.UTF8.GetBytes(ToSvg()));
        var words = WebUtility.HtmlEncode(options.Title ?? "chart");
        return $"<div class=\"workbench-plotly\" data-plotly=\"{WebUtility.HtmlEncode(ToPlotlyJson())}\"><img alt=\"{words}\" src=\"data:image/svg+xml;base64,{still}\"></div>";
    }

    /// <summary>The chart's data in words.</summary>
    public override string ToString() => string.Join('\n', ((string?[])[options.Title]).OfType<string>().Concat(kind.Describe()));

    /// <summary>What a notebook shows: the plotly figure, HTML, an SVG still and text.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["application/vnd.plotly.v1+json"] = ToPlotlyJson(),
        ["text/html"] = ToHtml(),
        ["image/svg+xml"] = ToSvg(),
        ["text/plain"] = ToString(),
    };

    /// <summary>The figure before it becomes JSON.</summary>
    internal PlotlyFigure Figure()
    {
        Dictionary<string, object> xAxis = Axis(options.XTitle, options.XRange), yAxis = Axis(options.YTitle, options.YRange);
        var layout = new Dictionary<string, object>
        {
            ["xaxis"] = xAxis,
            ["yaxis"] = yAxis,
            ["height"] = options.Height,
            ["margin"] = new Dictionary<string, object> { ["l"] = 60, ["r"] = 20, ["t"] = options.Title is null ? 20 : 50, ["b"] = 50 },
        };
        if (options.Title is { } title) layout["title"] = new Dictionary<string, object> { ["text"] = PlotlyFigure.Text(title) };
        kind.Arrange(layout, xAxis, yAxis);
        if (options.LogY)
        {
            yAxis["type"] = "log";
            if (options.YRange is { } range) yAxis["range"] = new[] { Math.Log10(range.Low), Math.Log10(range.High) };
        }

        return new([.. kind.Traces(Colours())], layout);
    }

    private static Dictionary<string, object> Axis(string? title, (double Low, double High)? range)
    {
        var axis = new Dictionary<string, object> { ["automargin"] = true, ["gridcolor"] = "rgba(128,128,128,0.25)", ["zerolinecolor"] = "rgba(128,128,128,0.5)" };
        if (title is not null) axis["title"] = new Dictionary<string, object> { ["text"] = PlotlyFigure.Text(title) };
        if (range is { } r) axis["range"] = new[] { r.Low, r.High };
        return axis;
    }

    private IReadOnlyDictionary<string, string> Colours() => ConditionColours.For(kind.Conditions, options.Colours);
}
