namespace Workbench.Purification;

/// <summary>How far a purification has come.</summary>
/// <param name="Purifier">Name of the purifier at work.</param>
/// <param name="Done">Pictures it has finished.</param>
/// <param name="Total">Pictures it was given.</param>
/// <param name="Stage">Position in the chain, from 1.</param>
/// <param name="Stages">Length of the chain.</param>
public sealed record PurificationProgress(string Purifier, int Done, int Total, int Stage = 1, int Stages = 1);
