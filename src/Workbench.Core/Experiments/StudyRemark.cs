namespace Workbench.Experiments;

/// <summary>Words that stand in a cell of a <see cref="StudyTable"/> behind its own numbers.</summary>
/// <param name="Group">Part of the table.</param>
/// <param name="Name">Line.</param>
/// <param name="Column">Column.</param>
/// <param name="Text">For example <c>*</c>, or <c>(paper -0.67)</c>.</param>
public sealed record StudyRemark(string Group, string Name, string Column, string Text)
{
    /// <summary>What the number was tested against; null where the remark is no test.</summary>
    public string? Against { get; init; }

    /// <summary>Mean paired difference of such a test.</summary>
    public double? Difference { get; init; }

    /// <summary>Two-sided p of such a test, not corrected.</summary>
    public double? PValue { get; init; }

    /// <summary>The same after Holm's correction.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>Two-sided p of such a test over pairs of pictures, which takes those of one person for independent, as the paper's tables do.</summary>
    public double? PicturePValue { get; init; }

    /// <summary>Pairs of such a test.</summary>
    public int? Pairs { get; init; }
}
