namespace Workbench.Charts;

/// <summary>One measured number.</summary>
/// <param name="Condition">Under which condition, such as a protection followed by a purifier.</param>
/// <param name="Metric">Which metric.</param>
/// <param name="Mean">The mean over subjects and seeds.</param>
/// <param name="Lower">The lower end of its confidence interval; NaN when there is none.</param>
/// <param name="Upper">The upper end of its confidence interval; NaN when there is none.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record Score(string Condition, string Metric, double Mean, double Lower = double.NaN, double Upper = double.NaN)
{
    internal (double Lower, double Upper)? Interval => double.IsNaN(Lower) || double.IsNaN(Upper) ? null : (Lower, Upper);
}
