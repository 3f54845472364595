namespace Workbench.Kernel.Installation;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="IsGood">False when notebooks would not run because of it.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Text">What was found, and what to do when it is not good.</param>
public sealed record DoctorFinding(bool IsGood, string Subject, string Text);
