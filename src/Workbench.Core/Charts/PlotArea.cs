namespace Workbench.Charts;

/// <summary>The rectangle of a still inside which data lie, with its axes.</summary>
internal sealed class PlotArea
{
    private const double TickSize = 12;
    private const string Ink = "#333333";
    private readonly double left, top, right, bottom;

    public PlotArea(SvgCanvas canvas, ChartAxis x, ChartAxis y, double left, double top, double right, double bottom)
    {
        (Canvas, XAxis, YAxis) = (canvas, x, y);
        (this.left, this.top, this.right, this.bottom) = (left, top, right, bottom);
    }

    public SvgCanvas Canvas { get; }

    public ChartAxis XAxis { get; }

    public ChartAxis YAxis { get; }

    public double X(double value) => left + Math.Clamp(XAxis.Place(value), 0, 1) * (right - left);

    public double Y(double value) => bottom - Math.Clamp(YAxis.Place(value), 0, 1) * (bottom - top);

    public bool Contains(double x, double y) => XAxis.Place(x) is >= 0 and <= 1 && YAxis.Place(y) is >= 0 and <= 1;

    /// <summary>The room that tick labels and titles take at the left and below, for a plot about that wide.</summary>
    public static (double Left, double Bottom) Room(ChartAxis x, ChartAxis y, double width)
    {
        var labels = y.Ticks(6).Select(y.Label).DefaultIfEmpty("").Max(l => SvgCanvas.TextWidth(Shortened(l), TickSize));
        var below = IsTilted(x, width) ? x.Categories!.Max(l => SvgCanvas.TextWidth(Shortened(l), TickSize)) * 0.6 + 16 : 24;
        return (labels + 14 + (y.Title is null ? 0 : 22), below + (x.Title is null ? 0 : 22));
    }

    public void DrawAxes()
    {
        var tilted = IsTilted(XAxis, right - left);
        var labelDepth = Room(XAxis with { Title = null }, YAxis, right - left).Bottom;
        foreach (var tick in YAxis.Ticks(6))
        {
            if (YAxis.HasGrid) Canvas.Line(left, Y(tick), right, Y(tick), "#e3e3e3");
            Canvas.Text(left - 6, Y(tick) + 4, Shortened(YAxis.Label(tick)), "end", TickSize);
        }

        foreach (var tick in XAxis.Ticks(8))
        {
            if (XAxis.HasGrid) Canvas.Line(X(tick), top, X(tick), bottom, "#e3e3e3");
            var label = Shortened(XAxis.Label(tick));
            if (tilted) Canvas.Text(X(tick) + 4, bottom + 14, label, "end", TickSize, -35);
            else Canvas.Text(X(tick), bottom + 16, label, "middle", TickSize);
        }

        Canvas.Line(left, bottom, right, bottom, Ink);
        Canvas.Line(left, top, left, bottom, Ink);
        if (XAxis.Title is { } x) Canvas.Text((left + right) / 2, bottom + labelDepth + 12, x, "middle", 13);
        if (YAxis.Title is { } y) Canvas.Text(16, (top + bottom) / 2, y, "middle", 13, -90);
    }

    private static bool IsTilted(ChartAxis axis, double width) =>
        axis.Categories is { Count: > 0 } names && names.Max(l => SvgCanvas.TextWidth(Shortened(l), TickSize)) > width / names.Count - 6;

    private static string Shortened(string label) => label.Length > 32 ? label[..31] + "…" : label;
}
