using System.Globalization;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>The paper's numbers (<see cref="PaperNumber"/>) in the cells of our tables.</summary>
internal static class PaperCells
{
    // A row of the paper's table 1 and what it was in our words: protection, chain, mode of training and sampling.
    private static readonly (string Row, string Protection, string Chain, string Mode)[] Table1 =
    [
        ("Clean", ProtectionStudy.Clean, "none", DefenseMode.Plain.Name), ("Clean, full defense", ProtectionStudy.Clean, "code-sr", DefenseMode.Full.Name),
        ("ASPL", "aspl", "none", DefenseMode.Plain.Name), ("ASPL, full defense", "aspl", "code-sr", DefenseMode.Full.Name),
        ("AdvDM", "advdm", "none", DefenseMode.Plain.Name), ("FSMG", "fsmg", "none", DefenseMode.Plain.Name), ("FSMG, Gaussian filter", "fsmg", "gau", DefenseMode.Plain.Name),
        ("FSMG, GrIDPure", "fsmg", "gridpure", DefenseMode.Plain.Name), ("FSMG, full defense", "fsmg", "code-sr", DefenseMode.Full.Name),
    ];

    private static readonly (string Row, string Chain)[] Table2 = [("CodeSR", "code-sr"), ("DDSPure", "ddspure"), ("IMPRESS", "impress")];

    /// <summary>IMS and Q of DreamBooth without a defense, for a table of protections.</summary>
    public static IReadOnlyList<StudyRemark> Protections(IEnumerable<string> methods)
    {
        var known = methods.ToHashSet(StringComparer.Ordinal);
        return [.. from cell in Table1
                   where cell.Chain == "none" && cell.Mode == DefenseMode.Plain.Name && known.Contains(cell.Protection)
                   from number in PaperNumber.All.Where(n => n.Table == 1 && n.Row == cell.Row)
                   select new StudyRemark("", cell.Protection, number.Score == "IMS" ? ProtectionTable.DrawnIdentity : ProtectionTable.DrawnQuality, Words(number))];
    }

    /// <summary>LPIPS and seconds, for tables of purifiers; not beside clean photos, of which the paper does not speak.</summary>
    /// <param name="lines">The table's.</param>
    /// <param name="lpips">The column beside whose numbers the paper's LPIPS stands.</param>
    public static IReadOnlyList<StudyRemark> Purifiers(IEnumerable<(string Group, string Chain)> lines, string lpips) =>
        [.. from line in lines.Distinct()
            where line.Group != PurifierTable.Group(ProtectionStudy.Clean)
            from cell in Table2.Where(c => c.Chain == line.Chain.Split('(')[0])
            from number in PaperNumber.All.Where(n => n.Table == 2 && n.Row == cell.Row)
            select new StudyRemark(line.Group, line.Chain, number.Score == "LPIPS" ? lpips : PurifierTable.Seconds, Words(number))];

    /// <summary>IMS and Q of the whole grid.</summary>
    /// <param name="protections">The columns.</param>
    /// <param name="published">Which of the two were measured by the published networks, beside which they stand; else beside ours.</param>
    public static IReadOnlyList<StudyRemark> Grid(IEnumerable<string> protections, IReadOnlyList<string> published)
    {
        string Beside(string measured, string ours) => published.Contains(measured) ? measured : ours;
        var known = protections.ToHashSet(StringComparer.Ordinal);
        return [.. from cell in Table1
                   where known.Contains(cell.Protection)
                   from number in PaperNumber.All.Where(n => n.Table == 1 && n.Row == cell.Row)
                   select new StudyRemark(cell.Mode, cell.Chain, DefenseTable.Column(cell.Protection, number.Score == "IMS" ? Beside(MetricSources.Ims, "identity") : Beside(MetricSources.Quality, "quality")), Words(number))];
    }

    private static string Words(PaperNumber number) => string.Create(CultureInfo.InvariantCulture, $"(paper: {number.Score} {number.Value})");
}
