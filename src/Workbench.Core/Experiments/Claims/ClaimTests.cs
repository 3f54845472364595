using Workbench.Experiments.Statistics;
using Workbench.Tensors;

namespace Workbench.Experiments.Claims;

/// <summary>Puts claims to the test on stored runs. Nothing here knows what should come out.</summary>
/// <remarks>
/// The unit is the person: seeds of one person are averaged first. Each part is tested by Wilcoxon's signed-rank test, one-sided in the
/// direction of the claim; a claim of several parts needs all of them, so its p is the largest. Holm's method holds half of the level over all
/// claims that were measured. A claim is called opposite when a part is significant the other way round, by the same correction and the other
/// half. With n people the smallest p is 1/2ⁿ: six claims need eight people for any verdict at 5 %.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public static class ClaimTests
{
    /// <summary>Tests claims.</summary>
    /// <param name="results">Runs, for example of <see cref="ScenarioGrid.Read"/>.</param>
    /// <param name="claims">Claims; null for the paper's six.</param>
    /// <param name="budgetLevels">Size of the perturbations.</param>
    /// <param name="level">Level of significance over all claims and both directions together.</param>
    public static IReadOnlyList<ClaimResult> Run(IReadOnlyList<ScenarioResult> results, IReadOnlyList<Claim>? claims = null, double budgetLevels = 11, double level = 0.05)
    {
        if (level is <= 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(level), level, "Expected a level between 0 and 1.");
        var tested = (claims ?? Claim.Paper).Select(claim => (Claim: claim, Parts: claim.Parts.Select(part => Test(part, results, budgetLevels)).ToArray())).ToArray();
        var measured = tested.Where(t => t.Parts.All(p => p.People > 0)).ToArray();
        var forward = Holm([.. measured.Select(t => t.Parts.Max(p => p.PValue))]);
        // Any part may speak against a claim: Bonferroni within it.
        var backward = Holm([.. measured.Select(t => Math.Min(1, t.Parts.Min(p => p.OppositePValue) * t.Parts.Length))]);
        return [.. tested.Select(t =>
        {
            var place = Array.FindIndex(measured, m => m.Claim == t.Claim);
            if (place < 0) return new ClaimResult(t.Claim, t.Parts, 1, 1, ClaimVerdict.NotMeasured);
            var verdict = forward[place] < level / 2 ? ClaimVerdict.Confirmed : backward[place] < level / 2 ? ClaimVerdict.Opposite : ClaimVerdict.NotConfirmed;
            return verdict == ClaimVerdict.Opposite
                ? new ClaimResult(t.Claim, t.Parts, t.Parts.Min(p => p.OppositePValue), backward[place], verdict)
                : new ClaimResult(t.Claim, t.Parts, t.Parts.Max(p => p.PValue), forward[place], verdict);
        })];
    }

    /// <summary>Holm's step-down correction (Holm 1979): adjusted p-values in the given order.</summary>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> pValues)
    {
        var adjusted = new double[pValues.Count];
        var largest = 0.0;
        foreach (var (index, rank) in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]).Select((i, rank) => (i, rank)))
            adjusted[index] = largest = Math.Max(largest, Math.Min(1, pValues[index] * (pValues.Count - rank)));
        return adjusted;
    }

    private static ContrastResult Test(ClaimContrast contrast, IReadOnlyList<ScenarioResult> results, double budgetLevels)
    {
        var values = contrast.Values(results, budgetLevels).Select(v => v.Value).Where(double.IsFinite).ToArray();
        if (values.Length == 0) return new ContrastResult(contrast, 0, null, 1, 1, 0, double.NaN);
        var above = WilcoxonSignedRank.Test(values, Alternative.Greater);
        var below = WilcoxonSignedRank.Test(values, Alternative.Less);
        var (mean, ranks) = (values.Average(), above.RankSumPlus + above.RankSumMinus);
        var deviation = values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)) : double.NaN;
        return new ContrastResult(contrast, values.Length, BootstrapInterval.OfMean(values, new Seed(3).For(contrast.Words)), above.PValue, below.PValue,
            ranks > 0 ? (above.RankSumPlus - above.RankSumMinus) / ranks : 0, mean / deviation);
    }
}
