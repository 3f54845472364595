namespace Workbench.Metrics;

/// <summary>Scores that are left out, and for want of what.</summary>
/// <param name="Names">Names of the scores.</param>
/// <param name="Want">What they need, for example <c>ArcFace as .onnx</c>.</param>
public sealed record LeftOutScores(IReadOnlyList<string> Names, string Want)
{
    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Names)}: for want of {Want}";
}
