namespace Workbench.Charts;

/// <summary>A grid of coloured cells; the first row is on top.</summary>
internal sealed class HeatmapKind : ChartKind
{
    private const int NumbersUpTo = 200;
    private static readonly string[] Sequential = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"];
    private static readonly string[] Diverging = ["#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"];
    private readonly double[,] values;
    private readonly IReadOnlyList<string>? rows, columns;
    private readonly bool diverging;
    private readonly double low, high;

    public HeatmapKind(double[,] values, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns, bool diverging)
    {
        if (values.Length == 0) throw new ArgumentException("A heat map needs at least one cell.");
        RequireSame("Heat map", "rows", values.GetLength(0), "row names", rows?.Count);
        RequireSame("Heat map", "columns", values.GetLength(1), "column names", columns?.Count);
        (this.values, this.rows, this.columns, this.diverging) = ((double[,])values.Clone(), rows, columns, diverging);
        var finite = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        (low, high) = (finite.Min(), finite.Max());
        if (diverging) (low, high) = (-Math.Max(Math.Abs(low), Math.Abs(high)), Math.Max(Math.Abs(low), Math.Abs(high)));
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
    }

    private int Rows => values.GetLength(0);

    private int Columns => values.GetLength(1);

    private string[] Scale => diverging ? Diverging : Sequential;

    public override IReadOnlyList<string> Conditions => [];

    public override IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours)
    {
        var trace = new Dictionary<string, object>
        {
            ["type"] = "heatmap",
            ["z"] = Enumerable.Range(0, Rows).Select(r => PlotlyFigure.Numbers(Row(r))).ToArray(),
            ["zmin"] = low,
            ["zmax"] = high,
            ["colorscale"] = Scale.Select((colour, i) => new object[] { (double)i / (Scale.Length - 1), colour }).ToArray(),
            ["hoverongaps"] = false,
        };
        if (columns is not null) trace["x"] = PlotlyFigure.Texts(columns);
        if (rows is not null) trace["y"] = PlotlyFigure.Texts(rows);
        if (values.Length <= NumbersUpTo) trace["texttemplate"] = "%{z:.3~g}";
        yield return trace;
    }

    public override void Arrange(Dictionary<string, object> layout, Dictionary<string, object> xAxis, Dictionary<string, object> yAxis)
    {
        yAxis["autorange"] = "reversed";
        (xAxis["showgrid"], yAxis["showgrid"]) = (false, false);
        if (columns is not null) xAxis["type"] = "category";
        if (rows is not null) yAxis["type"] = "category";
    }

    public override (ChartAxis X, ChartAxis Y) Axes() => (
        columns is null ? new(-0.5, Columns - 0.5) { HasGrid = false } : ChartAxis.Of(columns),
        rows is null ? new(-0.5, Rows - 0.5) { HasGrid = false, IsReversed = true } : ChartAxis.Of(rows, reversed: true));

    public override void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours)
    {
        for (var r = 0; r < Rows; r++)
            for (var c = 0; c < Columns; c++)
            {
                if (!double.IsFinite(values[r, c])) continue;
                double left = area.X(c - 0.5), right = area.X(c + 0.5), top = area.Y(r - 0.5), bottom = area.Y(r + 0.5);
                var (colour, isDark) = Colour(values[r, c]);
                area.Canvas.Rectangle(left, top, right - left + 0.3, bottom - top + 0.3, colour);
                if (values.Length > NumbersUpTo || right - left < 30 || bottom - top < 14) continue;
                area.Canvas.Text((left + right) / 2, (top + bottom) / 2 + 4, ShortNumber.Format(Math.Round(values[r, c], 3)), "middle", 11, fill: isDark ? "#ffffff" : "#222222");
            }
    }

    public override IEnumerable<string> Describe()
    {
        yield return $"{Rows} rows of {Columns}, from {ShortNumber.Format(low)} to {ShortNumber.Format(high)}";
        if (values.Length > NumbersUpTo) yield break;
        for (var r = 0; r < Rows; r++) yield return $"{rows?[r] ?? r.ToString()}: {string.Join("  ", Row(r).Select(ShortNumber.Format))}";
    }

    private IEnumerable<double> Row(int r) => Enumerable.Range(0, Columns).Select(c => values[r, c]);

    private (string Colour, bool IsDark) Colour(double value)
    {
        var place = Math.Clamp((value - low) / (high - low), 0, 1) * (Scale.Length - 1);
        var at = Math.Min((int)place, Scale.Length - 2);
        var mixed = Enumerable.Range(0, 3).Select(i => Channel(Scale[at], i) * (1 - (place - at)) + Channel(Scale[at + 1], i) * (place - at)).ToArray();
        return ($"#{(int)mixed[0]:x2}{(int)mixed[1]:x2}{(int)mixed[2]:x2}", mixed[0] * 0.3 + mixed[1] * 0.59 + mixed[2] * 0.11 < 140);
    }

    private static int Channel(string colour, int index) => Convert.ToInt32(colour.Substring(1 + 2 * index, 2), 16);
}
