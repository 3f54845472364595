namespace Workbench.Experiments;

/// <summary>A column of a <see cref="StudyTable"/>.</summary>
/// <param name="Name">Key of its numbers in <see cref="StudyRow.Values"/>.</param>
/// <param name="Title">Heading, with an arrow where one end is better.</param>
/// <param name="Decimals">Digits behind the point.</param>
public sealed record StudyColumn(string Name, string Title, int Decimals = 2)
{
    /// <summary>Which of several tables beside each other it stands in, each with all lines; empty where there is one.</summary>
    public string Part { get; init; } = "";
}
