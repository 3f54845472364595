namespace Workbench.Charts;

/// <summary>One sample of a histogram.</summary>
/// <param name="Name">The condition; it names the colour and the legend entry.</param>
/// <param name="Values">The sample; values that are not finite are left out.</param>
public sealed record HistogramSeries(string Name, IReadOnlyList<double> Values);
