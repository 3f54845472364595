namespace Workbench.Kernel.Running;

/// <summary>How a notebook is run.</summary>
public sealed record RunOptions
{
    /// <summary>Values for the cell tagged <c>parameters</c>, as the command line gives them.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The time a cell may take; null for no limit.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>Go on with the next cell after an error.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Make the notebook's folder the working directory while it runs. The working directory belongs to the whole process.</summary>
    public bool ChangeDirectory { get; init; } = true;

    /// <summary>Console text kept a cell; what goes beyond is counted and dropped.</summary>
    public int MaxStreamCharacters { get; init; } = 4 << 20;

    /// <summary>How long a stopped cell may take to end by itself.</summary>
    public TimeSpan CooperativeGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an aborted cell may take before it is given up.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the values.</summary>
    public void Validate()
    {
        if (CellTimeout is { } timeout && timeout <= TimeSpan.Zero) throw new ArgumentException($"A cell's timeout must be above zero, not {timeout}.");
        if (MaxStreamCharacters < 1) throw new ArgumentException($"MaxStreamCharacters must be at least 1, not {MaxStreamCharacters}.");
    }
}
