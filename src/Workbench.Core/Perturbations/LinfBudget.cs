using System.Globalization;
using System.Text.Json.Serialization;

namespace Workbench.Perturbations;

/// <summary>
/// A bound on how far a pixel may move, or a step of that kind: stored in 8-bit levels, so that the factor 2 between [0,1] and [-1,1]
/// cannot be mistaken.
/// </summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public readonly record struct LinfBudget
{
    private LinfBudget(double levels) => Levels = levels;

    /// <summary>The bound in 8-bit grey levels, 0 … 255; need not be whole.</summary>
    public double Levels { get; }

    /// <summary>The bound for pixels in [0,1].</summary>
    [JsonIgnore]
    public double Unit => Levels / 255;

    /// <summary>The bound for pixels in [-1,1].</summary>
    [JsonIgnore]
    public double Signed => 2 * Levels / 255;

    /// <summary>Whole levels that an 8-bit picture may move without leaving the bound.</summary>
    [JsonIgnore]
    public int WholeLevels => (int)Math.Floor(Levels + 1e-9);

    /// <summary>A bound of <paramref name="levels"/>/255 of the pixel range, for example <c>Of255(11)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 … 255.</exception>
    public static LinfBudget Of255(double levels) => double.IsFinite(levels) && levels is >= 0 and <= 255
        ? new LinfBudget(levels)
        : throw new ArgumentOutOfRangeException(nameof(levels), levels, "A budget is given in 8-bit levels, 0 to 255; 11 means 11/255 of the pixel range.");

    /// <summary>A bound given for pixels in [-1,1], as Anti-DreamBooth's 0.05.</summary>
    public static LinfBudget OfSigned(double signed) => Of255(signed * 255 / 2);

    /// <summary>A bound given for pixels in [0,1].</summary>
    public static LinfBudget OfUnit(double unit) => Of255(unit * 255);

    /// <summary>The fraction <paramref name="factor"/> of this bound.</summary>
    public static LinfBudget operator *(LinfBudget budget, double factor) => Of255(budget.Levels * factor);

    /// <summary>For example <c>11/255</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Levels:0.###}/255");
}
