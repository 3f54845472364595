namespace Workbench.Metrics;

/// <summary>The metrics that <see cref="MetricSources"/> opened, with the networks behind them, and what is left out for want of a file.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class MetricSet : IDisposable
{
    private readonly List<IMetric> metrics = [];
    private readonly List<LeftOutScores> leftOut = [];
    private readonly List<IDisposable> owned = [];

    internal MetricSet()
    {
    }

    /// <summary>The metrics, in the order of tables.</summary>
    public IReadOnlyList<IMetric> Metrics => metrics;

    /// <summary>Published scores without their files.</summary>
    public IReadOnlyList<LeftOutScores> LeftOut => leftOut;

    /// <summary>CLIP, for what else asks it; null where no folder was given.</summary>
    public ClipEmbedder? Clip { get; internal set; }

    /// <summary>Closes the networks.</summary>
    public void Dispose()
    {
        foreach (var network in owned) network.Dispose();
        owned.Clear();
    }

    internal void Add(params IReadOnlyList<IMetric> more) => metrics.AddRange(more);

    internal T Own<T>(T network) where T : IDisposable
    {
        owned.Add(network);
        return network;
    }

    internal void LeaveOut(string want, params IReadOnlyList<string> names) => leftOut.Add(new LeftOutScores(names, want));
}
