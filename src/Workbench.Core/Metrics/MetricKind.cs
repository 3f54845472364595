namespace Workbench.Metrics;

/// <summary>What a metric compares a picture with.</summary>
public enum MetricKind
{
    /// <summary>Each picture with the one it should equal: reference i belongs to picture i.</summary>
    FullReference,

    /// <summary>Nothing: the picture speaks for itself; references are ignored.</summary>
    NoReference,

    /// <summary>Each picture with all reference photos of one subject.</summary>
    Identity,

    /// <summary>The whole set with the whole reference set; one score.</summary>
    Distribution,
}
