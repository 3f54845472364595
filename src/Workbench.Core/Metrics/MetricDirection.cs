namespace Workbench.Metrics;

/// <summary>Which end of a metric's range is better for whoever wants good pictures (a protector reads it reversed).</summary>
public enum MetricDirection
{
    /// <summary>Larger scores are better.</summary>
    HigherIsBetter,

    /// <summary>Smaller scores are better.</summary>
    LowerIsBetter,
}
