using System.Globalization;
using Microsoft.Data.Analysis;

namespace Workbench.Experiments.Claims;

/// <summary>Tested claims as tables.</summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public static class ClaimTable
{
    /// <summary>A row a claim: its words, p after correction, verdict.</summary>
    public static DataFrame Verdicts(IReadOnlyList<ClaimResult> results) => new(
        new Int32DataFrameColumn("number", results.Select(r => r.Claim.Number)),
        new StringDataFrameColumn("claim", results.Select(r => r.Claim.Statement)),
        new Int32DataFrameColumn("people", results.Select(r => r.Parts.Min(p => p.People))),
        new StringDataFrameColumn("p (Holm)", results.Select(r => r.Verdict == ClaimVerdict.NotMeasured ? "" : Number(r.AdjustedPValue, "0.0000"))),
        new StringDataFrameColumn("we found", results.Select(r => r.Words)));

    /// <summary>A row a part: mean over people with its interval, p in both directions, effect sizes.</summary>
    public static DataFrame Parts(IReadOnlyList<ClaimResult> results)
    {
        var rows = results.SelectMany(r => r.Parts.Select(p => (r.Claim.Number, Part: p))).ToArray();
        return new DataFrame(
            new Int32DataFrameColumn("claim", rows.Select(r => r.Number)),
            new StringDataFrameColumn("above zero if it holds", rows.Select(r => r.Part.Contrast.Words)),
            new Int32DataFrameColumn("people", rows.Select(r => r.Part.People)),
            new StringDataFrameColumn("mean, 95 % interval", rows.Select(r => r.Part.Mean?.ToString() ?? "")),
            new StringDataFrameColumn("p above", rows.Select(r => r.Part.People == 0 ? "" : Number(r.Part.PValue, "0.0000"))),
            new StringDataFrameColumn("p below", rows.Select(r => r.Part.People == 0 ? "" : Number(r.Part.OppositePValue, "0.0000"))),
            new StringDataFrameColumn("rank-biserial r", rows.Select(r => r.Part.People == 0 ? "" : Number(r.Part.RankBiserial, "0.00"))),
            new StringDataFrameColumn("d", rows.Select(r => double.IsFinite(r.Part.StandardizedMean) ? Number(r.Part.StandardizedMean, "0.00") : "")));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
