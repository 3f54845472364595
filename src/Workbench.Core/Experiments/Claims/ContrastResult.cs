using Workbench.Experiments.Statistics;

namespace Workbench.Experiments.Claims;

/// <summary>A contrast over people.</summary>
/// <param name="Contrast">What was tested.</param>
/// <param name="People">Number of people, the unit of the test.</param>
/// <param name="Mean">Mean with a 95 % interval over people; null without any.</param>
/// <param name="PValue">One-sided Wilcoxon signed-rank p that it is above zero.</param>
/// <param name="OppositePValue">One-sided p that it is below zero.</param>
/// <param name="RankBiserial">Effect size in [-1,1]: share of rank sum above zero less that below.</param>
/// <param name="StandardizedMean">Effect size: mean over standard deviation of people (Cohen's d of pairs); NaN for fewer than two.</param>
public sealed record ContrastResult(
    ClaimContrast Contrast, int People, BootstrapInterval? Mean, double PValue, double OppositePValue, double RankBiserial, double StandardizedMean);
