namespace Workbench.Experiments;

/// <summary>What one method gave for one person: the material of a <see cref="StudyTable"/>.</summary>
public sealed record StudyRow
{
    /// <summary>Which of the table's parts it belongs to; empty where there is one.</summary>
    public string Group { get; init; } = "";

    /// <summary>The method under study; a line of the table.</summary>
    public required string Name { get; init; }

    /// <summary>Number of the held-out person.</summary>
    public required int Subject { get; init; }

    /// <summary>The numbers by column: one a photo, a generated picture or a person. A column may be absent.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double>> Values { get; init; }

    /// <summary>The numbers of a column; empty where it is absent.</summary>
    public IReadOnlyList<double> this[string column] => Values.TryGetValue(column, out var found) ? found : [];

    /// <summary>This row with further numbers.</summary>
    public StudyRow With(IReadOnlyDictionary<string, IReadOnlyList<double>> more) =>
        this with { Values = Values.Concat(more).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal) };
}
