namespace Workbench.Charts;

/// <summary>One kind of chart: what it hands to plotly.js, how its still is drawn, and what it says in words.</summary>
internal abstract class ChartKind
{
    /// <summary>The names that take a colour, in order.</summary>
    public abstract IReadOnlyList<string> Conditions { get; }

    /// <summary>The names in the legend; none for no legend.</summary>
    public virtual IReadOnlyList<string> Legend => Conditions.Count > 1 ? Conditions : [];

    /// <summary>The chart's traces by plotly.js's attribute names.</summary>
    public abstract IEnumerable<Dictionary<string, object>> Traces(IReadOnlyDictionary<string, string> colours);

    /// <summary>Adds what this kind needs to the layout and its axes.</summary>
    public virtual void Arrange(Dictionary<string, object> layout, Dictionary<string, object> xAxis, Dictionary<string, object> yAxis)
    {
    }

    /// <summary>The axes of the still, before titles and chosen ranges.</summary>
    public abstract (ChartAxis X, ChartAxis Y) Axes();

    /// <summary>The vertical values, for a logarithmic axis; none for kinds that have none.</summary>
    public virtual IEnumerable<double> Values => [];

    /// <summary>Draws the data of the still.</summary>
    public abstract void Draw(PlotArea area, IReadOnlyDictionary<string, string> colours);

    /// <summary>The data in lines of text.</summary>
    public abstract IEnumerable<string> Describe();

    /// <summary>Fails when two lists that belong together differ in length.</summary>
    protected static void RequireSame(string series, string first, int count, string second, int? other)
    {
        if (other is { } n && n != count) throw new ArgumentException($"'{series}' has {count} {first} but {n} {second}: expected one each.");
    }

    /// <summary>Fails when an interval's ends are the wrong way round.</summary>
    protected static void RequireOrdered(string series, IEnumerable<(double Lower, double Upper)>? intervals)
    {
        foreach (var (lower, upper) in intervals ?? [])
            if (lower > upper) throw new ArgumentException($"'{series}' has the interval [{lower}, {upper}]: its lower end lies above its upper end.");
    }
}
