namespace Workbench.Experiments;

/// <summary>One place in a <see cref="ShortcutReport"/>, for differences.</summary>
/// <param name="Training">Name of the training.</param>
/// <param name="Condition">What was looked at.</param>
/// <param name="X">Where along the axis of the experiment; 0 where there is none.</param>
public sealed record ShortcutCell(string Training, string Condition, double X = 0);
