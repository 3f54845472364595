namespace Workbench.Charts;

/// <summary>One axis of a still: a range of numbers, or categories at 0, 1, 2, …</summary>
internal sealed record ChartAxis(double Low, double High)
{
    public string? Title { get; init; }

    public bool IsLog { get; init; }

    public bool IsReversed { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether lines across the plot carry the eye to the ticks.</summary>
    public bool HasGrid { get; init; } = true;

    public static ChartAxis Of(IReadOnlyList<string> categories, bool reversed = false) =>
        new(-0.5, categories.Count - 0.5) { Categories = categories, IsReversed = reversed, HasGrid = false };

    /// <summary>An axis around values, with a little room at both ends (none at zero when <paramref name="fromZero"/>).</summary>
    public static ChartAxis Around(IEnumerable<double> values, bool fromZero = false)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0) return new(0, 1);
        double low = finite.Min(), high = finite.Max();
        if (fromZero) (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var room = high > low ? (high - low) * 0.05 : Math.Max(Math.Abs(high) * 0.1, 0.5);
        return new(fromZero && low == 0 ? 0 : low - room, fromZero && high == 0 && low < 0 ? 0 : high + room);
    }

    /// <summary>The same axis over the chosen range and scale; on a log scale only the positive values count.</summary>
    public ChartAxis Adjusted((double Low, double High)? range, bool log, IEnumerable<double> values)
    {
        if (range is { } chosen) return this with { Low = chosen.Low, High = chosen.High, IsLog = log };
        if (!log) return this;
        var positive = values.Where(v => double.IsFinite(v) && v > 0).ToList();
        return positive.Count == 0 ? this : this with { Low = positive.Min() / 1.2, High = positive.Max() * 1.2, IsLog = true };
    }

    /// <summary>Where a value lies, 0 at the low end and 1 at the high end.</summary>
    public double Place(double value)
    {
        var place = IsLog
            ? (Math.Log10(Math.Max(value, double.Epsilon)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
            : (value - Low) / (High - Low);
        return IsReversed ? 1 - place : place;
    }

    /// <summary>Round places along the axis.</summary>
    public IReadOnlyList<double> Ticks(int about)
    {
        if (Categories is not null) return [.. Enumerable.Range(0, Categories.Count).Select(i => (double)i)];
        if (IsLog)
        {
            double[] mantissas = Math.Log10(High / Low) < 2 ? [1, 2, 5] : [1];
            var powers = Enumerable.Range((int)Math.Floor(Math.Log10(Low)), (int)Math.Ceiling(Math.Log10(High / Low)) + 2);
            double[] round = [.. powers.SelectMany(p => mantissas.Select(m => m * Math.Pow(10, p))).Where(v => v >= Low && v <= High)];
            if (round.Length > 1) return round; // fewer within so narrow a range: even steps
        }

        var raw = (High - Low) / Math.Max(about, 2);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = new[] { 1, 2, 5, 10 }.Select(m => m * unit).First(s => s >= raw * 0.999);
        var first = Math.Ceiling(Low / step - 1e-9);
        return [.. Enumerable.Range(0, 100).Select(i => (first + i) * step).TakeWhile(v => v <= High + step * 1e-9)];
    }

    public string Label(double tick) => Categories is { } names ? names[(int)tick] : ShortNumber.Format(Math.Abs(tick) < (High - Low) * 1e-9 ? 0 : tick);
}
