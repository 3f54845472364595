using Workbench.Experiments.Statistics;

namespace Workbench.Experiments;

/// <summary>What a switch does, averaged over all settings of the others.</summary>
/// <param name="Switch">The switch.</param>
/// <param name="Mean">On less off, mean over people with a 95 % interval; null where it was not run both ways.</param>
/// <param name="People">Number of people.</param>
/// <param name="Pairs">Pairs of runs of one person that differ in this switch alone.</param>
/// <param name="PValue">Two-sided Wilcoxon signed-rank p over people.</param>
/// <param name="AdjustedPValue">The same by Holm's method over the switches that were run.</param>
public sealed record AblationEffect(AblationSwitch Switch, BootstrapInterval? Mean, int People, int Pairs, double PValue, double AdjustedPValue);
