using System.Globalization;
using Microsoft.Data.Analysis;
using Workbench.Experiments.Statistics;

namespace Workbench.Experiments;

/// <summary>What one of the paper's tables or figures is said to show, and whether stored runs show it.</summary>
/// <param name="Where">The table or figure.</param>
/// <param name="Paper">What the paper says.</param>
/// <param name="Ours">What we measured, in its own unit; empty where nothing is stored.</param>
/// <param name="Holds">The verdict: <c>yes</c> and <c>opposite</c> are beyond chance over people, two-sided, uncorrected.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record PaperFinding(string Where, string Paper, string Ours, string Holds)
{
    private const double Level = 0.05;
    private const int FewestToTest = 6;

    /// <summary>The findings as a table.</summary>
    public static DataFrame ToDataFrame(IReadOnlyList<PaperFinding> findings) => new(
        new StringDataFrameColumn("where", findings.Select(f => f.Where)), new StringDataFrameColumn("the paper", findings.Select(f => f.Paper)),
        new StringDataFrameColumn("we measured", findings.Select(f => f.Ours)), new StringDataFrameColumn("does it hold here?", findings.Select(f => f.Holds)));

    /// <summary>A finding that something rises from one condition to another, for every person by itself.</summary>
    /// <param name="where">The table or figure.</param>
    /// <param name="paper">What the paper says.</param>
    /// <param name="score">Name of what is measured.</param>
    /// <param name="before">Mean by person.</param>
    /// <param name="after">Mean by person; people who are in one of the two only are left out.</param>
    /// <param name="rises">What the paper says; false: it falls.</param>
    public static PaperFinding OfChange(string where, string paper, string score, IReadOnlyDictionary<int, double> before, IReadOnlyDictionary<int, double> after, bool rises = true)
    {
        var (ours, differences) = Differences(score, before, after);
        return differences.Length == 0 ? new PaperFinding(where, paper, "", "not measured") : new PaperFinding(where, paper, ours, Verdict([.. differences.Select(d => rises ? d : -d)]));
    }

    /// <summary>A finding that something stays as it is: a change beyond chance refutes it, and nothing proves it.</summary>
    /// <inheritdoc cref="OfChange"/>
    public static PaperFinding OfNoChange(string where, string paper, string score, IReadOnlyDictionary<int, double> before, IReadOnlyDictionary<int, double> after)
    {
        var (ours, differences) = Differences(score, before, after);
        if (differences.Length == 0) return new PaperFinding(where, paper, "", "not measured");
        var changes = $"{Math.Max(differences.Count(d => d > 0), differences.Count(d => d < 0))} of {differences.Length} people change one way";
        if (differences.Length < FewestToTest) return new PaperFinding(where, paper, ours, $"{changes}; too few to test");
        var p = WilcoxonSignedRank.Test(differences).PValue;
        return new PaperFinding(where, paper, ours, p <= Level ? $"no: {changes}" : string.Create(CultureInfo.InvariantCulture, $"no change shown, p = {p:0.000}"));
    }

    /// <summary>A finding that something is there: a score at or above a level, for every person by itself; counted, not tested.</summary>
    /// <param name="where">The table or figure.</param>
    /// <param name="paper">What the paper says.</param>
    /// <param name="score">Name of what is measured.</param>
    /// <param name="measured">Mean by person; those without a number are left out.</param>
    /// <param name="least">The level, in the unit of the score.</param>
    public static PaperFinding OfLevel(string where, string paper, string score, IReadOnlyDictionary<int, double> measured, double least)
    {
        double[] people = [.. measured.Values.Where(double.IsFinite)];
        return people.Length == 0 ? new PaperFinding(where, paper, "", "not measured") : new PaperFinding(where, paper,
            string.Create(CultureInfo.InvariantCulture, $"{score} {people.Average():0.00}"),
            string.Create(CultureInfo.InvariantCulture, $"in {people.Count(v => v >= least)} of {people.Length} people, from {least:0.0} on"));
    }

    private static (string Ours, double[] Differences) Differences(string score, IReadOnlyDictionary<int, double> before, IReadOnlyDictionary<int, double> after)
    {
        var people = before.Keys.Where(after.ContainsKey).Where(p => double.IsFinite(before[p]) && double.IsFinite(after[p])).Order().ToArray();
        return people.Length == 0 ? ("", [])
            : (string.Create(CultureInfo.InvariantCulture, $"{score} {people.Average(p => before[p]):0.00} → {people.Average(p => after[p]):0.00}"), [.. people.Select(p => after[p] - before[p])]);
    }

    /// <summary>The verdict on differences of which the paper says that they are above zero, one a person.</summary>
    public static string Verdict(IReadOnlyList<double> differences)
    {
        var agree = $"{differences.Count(d => d > 0)} of {differences.Count} people";
        if (differences.Count < FewestToTest) return $"in {agree}; too few to test";
        var test = WilcoxonSignedRank.Test(differences);
        return test.PValue > Level ? string.Create(CultureInfo.InvariantCulture, $"not shown: {agree}, p = {test.PValue:0.000}")
            : $"{(test.RankSumPlus > test.RankSumMinus ? "yes" : "opposite")}: {agree}";
    }
}
