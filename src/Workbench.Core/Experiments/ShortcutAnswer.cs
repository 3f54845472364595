using System.Globalization;
using Workbench.Experiments.Statistics;

namespace Workbench.Experiments;

/// <summary>What was measured to a question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Difference">The mean paired difference, with a 95 % interval over people, or of one person's pictures.</param>
/// <param name="People">Of how many people both sides were measured.</param>
public sealed record ShortcutAnswer(ShortcutQuestion Question, BootstrapInterval Difference, int People)
{
    /// <summary>True where the interval leaves out zero. Of few people it is too narrow: of two it is just their two values.</summary>
    public bool IsShown => Difference.ExcludesZero;

    /// <summary>The difference with its interval; says so where nothing was shown.</summary>
    public string Number => IsShown ? Size : $"{Size}, nothing shown";

    private string Size => $"{Signed(Difference.Mean)} [{Signed(Difference.Low)}, {Signed(Difference.High)}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Question.Words} ({Question.ScoreName}): {Number}{(IsShown ? "" : " in this run")}";

    // Losses differ in the third decimal, log-odds in the first.
    private string Signed(double value) =>
        (value < 0 ? "" : "+") + value.ToString(Math.Max(Math.Abs(Difference.Low), Math.Abs(Difference.High)) < 0.1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);
}
