namespace Workbench.Charts;

/// <summary>One curve.</summary>
/// <param name="Name">The condition; it names the colour and the legend entry.</param>
/// <param name="Y">The values in order; NaN breaks the curve.</param>
/// <param name="X">Where they lie; null counts 1, 2, 3, …</param>
/// <param name="Band">One interval a value, drawn as a shaded band; null for none.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record LineSeries(
    string Name, IReadOnlyList<double> Y, IReadOnlyList<double>? X = null, IReadOnlyList<(double Lower, double Upper)>? Band = null)
{
    /// <summary>The horizontal places, counted from 1 when none were given.</summary>
    internal IReadOnlyList<double> Places => X ?? [.. Enumerable.Range(1, Y.Count).Select(i => (double)i)];
}
