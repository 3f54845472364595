namespace Workbench.Experiments;

/// <summary>Where a scenario stands.</summary>
/// <param name="Scenario">Key of the scenario.</param>
/// <param name="Stage">protect, purify, train, sample or score.</param>
/// <param name="Fraction">Part of the stage that is done, 0 … 1.</param>
/// <param name="Done">Scenarios finished before this one, skipped ones included.</param>
/// <param name="Total">Scenarios of this shard.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record ScenarioProgress(string Scenario, string Stage, double Fraction, int Done, int Total);
