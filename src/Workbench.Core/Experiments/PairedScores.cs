using Workbench.Experiments.Statistics;

namespace Workbench.Experiments;

/// <summary>One set of runs against another, paired.</summary>
/// <param name="Difference">Mean difference with a 95 % interval that resamples whole people.</param>
/// <param name="People">Number of people.</param>
/// <param name="PeoplePValue">Two-sided Wilcoxon signed-rank p over people: the honest one, for pictures of one person are not independent.</param>
/// <param name="Pictures">Number of pairs of pictures, drawn from the same noise.</param>
/// <param name="PicturePValue">The same test over pictures, which is how the paper's tables are marked.</param>
public sealed record PairedScores(BootstrapInterval Difference, int People, double PeoplePValue, int Pictures, double PicturePValue)
{
    /// <summary>Level of the paper's mark.</summary>
    public const double MarkLevel = 0.01;

    /// <summary>The paper's mark: <c>*</c> where Wilcoxon's p over pictures is at most 0.01, else nothing.</summary>
    public string Mark => PicturePValue <= MarkLevel ? "*" : "";
}
