using Workbench.Experiments.Statistics;
using Workbench.Metrics;
using Workbench.Tensors;

namespace Workbench.Experiments;

/// <summary>What one metric says of some pictures.</summary>
/// <param name="Metric">The metric; its networks may be closed.</param>
/// <param name="Fingerprint">That of the metric, taken while its networks were open.</param>
/// <param name="Values">A score a picture, in their order; NaN where it has none.</param>
public sealed record MetricScores(IMetric Metric, string Fingerprint, IReadOnlyList<double> Values)
{
    /// <summary>Mean of the defined scores; NaN without any.</summary>
    public double Mean => ScoreAggregation.Pool(Values);

    /// <summary>Pictures without a score, for example without a face.</summary>
    public int Undefined => Values.Count(v => !double.IsFinite(v));

    /// <summary>95 % bootstrap interval of the mean over pictures; null for fewer than two defined scores.</summary>
    /// <remarks>Pictures of one model and person are alike: the interval says nothing of other models or people.</remarks>
    public BootstrapInterval? Interval => Values.Where(double.IsFinite).ToArray() is { Length: > 1 } defined ? BootstrapInterval.OfMean(defined, new Seed(0)) : null;
}
