namespace Workbench.Charts;

/// <summary>One group of points in the plane.</summary>
/// <param name="Name">The group; it names the colour and the legend entry.</param>
/// <param name="X">Horizontal places.</param>
/// <param name="Y">Vertical places, one a point.</param>
/// <param name="Texts">What the pointer shows over each point; null for none.</param>
public sealed record PointSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<string>? Texts = null);
