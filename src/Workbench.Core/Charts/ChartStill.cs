namespace Workbench.Charts;

/// <summary>Draws a chart as a still: title, axes, data, legend.</summary>
internal static class ChartStill
{
    private const double LegendSize = 12;
    private const int LegendRow = 20;

    public static string Draw(ChartKind kind, ChartOptions options, IReadOnlyDictionary<string, string> colours)
    {
        var (x, y) = kind.Axes();
        x = x.Adjusted(options.XRange, log: false, []) with { Title = options.XTitle ?? x.Title };
        y = y.Adjusted(options.YRange, options.LogY, kind.Values) with { Title = options.YTitle ?? y.Title };

        var legend = kind.Legend;
        var top = options.Title is null ? 14 : 40;
        var canvas = new SvgCanvas(options.Width, Math.Max(options.Height, top + 10 + legend.Count * LegendRow), options.Title ?? "chart");
        var legendWidth = legend.Count == 0 ? 0 : Math.Min(legend.Max(n => SvgCanvas.TextWidth(n, LegendSize)) + 32, options.Width * 0.35);
        var right = options.Width - 16 - legendWidth;
        var (left, below) = PlotArea.Room(x, y, right - 60);
        var area = new PlotArea(canvas, x, y, left, top, right, Math.Max(options.Height - below - 6, top + 40));

        if (options.Title is { } title) canvas.Text(options.Width / 2.0, 24, title, "middle", 16, bold: true);
        area.DrawAxes();
        kind.Draw(area, colours);
        for (var i = 0; i < legend.Count; i++)
        {
            canvas.Rectangle(right + 14, top + 4 + i * LegendRow, 12, 12, colours[legend[i]]);
            canvas.Text(right + 31, top + 14 + i * LegendRow, Shortened(legend[i], legendWidth - 32), size: LegendSize);
        }

        return canvas.ToString();
    }

    private static string Shortened(string name, double width)
    {
        if (SvgCanvas.TextWidth(name, LegendSize) <= width + 0.5) return name;
        var length = name.Length - 1;
        while (length > 1 && SvgCanvas.TextWidth(name[..length] + "…", LegendSize) > width) length--;
        return name[..length] + "…";
    }
}
