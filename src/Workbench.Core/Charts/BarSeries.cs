namespace Workbench.Charts;

/// <summary>One condition of a grouped bar chart: a bar a label.</summary>
/// <param name="Name">The condition; it names the colour and the legend entry.</param>
/// <param name="Values">One value a label; NaN leaves the place empty.</param>
/// <param name="Intervals">One interval a label, drawn as an error bar; null for none.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values, IReadOnlyList<(double Lower, double Upper)>? Intervals = null);
