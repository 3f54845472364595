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

    // The interval resamples pictures or draws of one person, or whole people.
    private string Size => string.Create(CultureInfo.InvariantCulture, $"{Difference.Mean:+0.00;-0.00} [{Difference.Low:+0.00;-0.00}, {Difference.High:+0.00;-0.00}]");

    /// <inheritdoc/>
    public override string ToString() => $"{Question.Words} ({Question.Score.Replace('_', ' ')}): {Number}{(IsShown ? "" : " in this run")}";
}
