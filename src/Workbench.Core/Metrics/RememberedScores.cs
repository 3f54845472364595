using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>A metric that keeps its last scores: a part of an aggregate that is shown by itself too is then computed once.</summary>
internal sealed class RememberedScores(IMetric metric) : IMetric
{
    private (ImageBatch Images, ImageBatch? References, IReadOnlyList<double> Scores)? last;

    /// <inheritdoc/>
    public string Name => metric.Name;

    /// <inheritdoc/>
    public MetricDirection Direction => metric.Direction;

    /// <inheritdoc/>
    public MetricKind Kind => metric.Kind;

    /// <inheritdoc/>
    public (double Low, double High) Range => metric.Range;

    /// <inheritdoc/>
    public string Fingerprint => metric.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        // Aggregates give no references to parts that ignore them.
        var against = Kind is MetricKind.NoReference ? null : references;
        if (last is { } known && ReferenceEquals(known.Images, images) && ReferenceEquals(known.References, against)) return known.Scores;
        var scores = metric.Score(images, against);
        last = (images, against, scores);
        return scores;
    }
}
