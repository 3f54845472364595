using Microsoft.Data.Analysis;

namespace Workbench.Experiments;

/// <summary>A number that the paper reports (arXiv 2406.18944), as recovered from its abstract and public reviews.</summary>
/// <param name="Table">Number of the table.</param>
/// <param name="Row">Name of the row.</param>
/// <param name="Score"><c>IMS</c>, <c>Q</c>, <c>Avg</c>, <c>E[Avg]</c>, <c>LPIPS</c> or <c>seconds</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Condition">Our condition of the same meaning; null where we have none.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record PaperNumber(int Table, string Row, string Score, double Value, string? Condition = null)
{
    /// <summary>Row of table 3 in <see cref="AdaptiveReport"/>: <c>purifier</c> or <c>pipeline</c>; null in other tables.</summary>
    public string? Cell { get; init; }

    /// <summary>All numbers that could be recovered. IMS, Q and Avg lie in [-1,1], more is better; LPIPS and seconds: less is better.</summary>
    public static IReadOnlyList<PaperNumber> All { get; } =
    [
        new(1, "Clean", "IMS", -0.13, MiniWorldStudy.Clean), new(1, "Clean", "Q", 0.15, MiniWorldStudy.Clean),
        new(1, "Clean, full defense", "IMS", 0.14, MiniWorldStudy.CleanBoth), new(1, "Clean, full defense", "Q", 0.54, MiniWorldStudy.CleanBoth),
        new(1, "ASPL", "IMS", -0.67, MiniWorldStudy.Protected), new(1, "ASPL", "Q", -0.52, MiniWorldStudy.Protected),
        new(1, "ASPL, full defense", "IMS", 0.09, MiniWorldStudy.Both), new(1, "ASPL, full defense", "Q", 0.62, MiniWorldStudy.Both),
        new(1, "ASPL, best other purifier", "IMS", -0.21), new(1, "AdvDM", "IMS", -0.27),
        new(1, "FSMG", "Q", -0.54), new(1, "FSMG, Gaussian filter", "Q", -0.55),
        new(1, "FSMG, GrIDPure", "IMS", -0.10), new(1, "FSMG, GrIDPure", "Q", -0.20),
        new(1, "FSMG, full defense", "IMS", 0.23), new(1, "FSMG, full defense", "Q", 0.65),
        new(2, "CodeSR", "LPIPS", 0.271), new(2, "CodeSR", "seconds", 51), new(2, "DDSPure", "LPIPS", 0.384),
        new(2, "IMPRESS", "LPIPS", 0.451), new(2, "IMPRESS", "seconds", 675), new(2, "fastest diffusion purifier", "seconds", 63.25),
        new(3, "CodeSR + CDL, adaptive", "IMS", 0.116, Claims.Claim.AdaptiveBoth) { Cell = "pipeline" }, new(3, "CodeSR + CDL, adaptive", "Q", -0.070, Claims.Claim.AdaptiveBoth) { Cell = "pipeline" },
        new(3, "CodeSR + CDL, adaptive", "Avg", 0.023, Claims.Claim.AdaptiveBoth) { Cell = "pipeline" }, new(3, "CodeSR + CDL, adaptive", "E[Avg]", 0.204, Claims.Claim.AdaptiveBoth) { Cell = "pipeline" },
        new(3, "CodeSR, adaptive", "IMS", -0.313) { Cell = "purifier" }, new(3, "CodeSR, adaptive", "Avg", -0.424) { Cell = "purifier" }, new(3, "CodeSR, adaptive", "E[Avg]", -0.259) { Cell = "purifier" },
        new(4, "none", "IMS", -0.271, MiniWorldStudy.Protected), new(4, "none", "Q", -0.425, MiniWorldStudy.Protected), new(4, "none", "Avg", -0.348, MiniWorldStudy.Protected),
        new(4, "CodeFormer + SR", "IMS", -0.215, MiniWorldStudy.Purified), new(4, "CodeFormer + SR", "Q", 0.028, MiniWorldStudy.Purified), new(4, "CodeFormer + SR", "Avg", -0.094, MiniWorldStudy.Purified),
        new(4, "CDL", "IMS", 0.160, MiniWorldStudy.Decoupled), new(4, "CDL", "Q", 0.038, MiniWorldStudy.Decoupled), new(4, "CDL", "Avg", 0.099, MiniWorldStudy.Decoupled),
        new(4, "all three", "IMS", 0.256, MiniWorldStudy.Both), new(4, "all three", "Q", 0.514, MiniWorldStudy.Both), new(4, "all three", "Avg", 0.385, MiniWorldStudy.Both),
    ];

    /// <summary>The numbers of one of the paper's tables: a row a line of it.</summary>
    /// <param name="table">1 to 4.</param>
    public static DataFrame ToDataFrame(int table)
    {
        var numbers = All.Where(n => n.Table == table).ToArray();
        var rows = numbers.Select(n => n.Row).Distinct(StringComparer.Ordinal).ToArray();
        var frame = new DataFrame(new StringDataFrameColumn("the paper says", rows));
        foreach (var score in numbers.Select(n => n.Score).Distinct(StringComparer.Ordinal))
            frame.Columns.Add(new DoubleDataFrameColumn(score, rows.Select(row => numbers.FirstOrDefault(n => n.Row == row && n.Score == score)?.Value)));
        return frame;
    }
}
