namespace Workbench.Purification;

/// <summary>How far <see cref="PdmPure"/> diffuses.</summary>
public sealed record PdmPureOptions : IPurifierOptions
{
    /// <summary>Ten timesteps in the first tenth of the chain, of which the first half is used.</summary>
    public static PdmPureOptions Paper { get; } = new();

    /// <summary>As <see cref="Paper"/>.</summary>
    public static PdmPureOptions MiniWorld { get; } = Paper;

    /// <summary>One or two steps a picture.</summary>
    public static PdmPureOptions Smoke { get; } = Paper with { Timestep = 11 };

    /// <summary>Timesteps kept in each section of the chain (the authors' resampling "10,0,0,…").</summary>
    public IReadOnlyList<int> Sections { get; init; } = [10, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>
    /// Timestep of the training chain to which the picture is noised; the nearest kept one is taken. The authors state a start five
    /// timesteps below the last kept one, read here as the sixth of ten.
    /// </summary>
    public int Timestep { get; init; } = 55;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Timestep < 0) throw new ArgumentException($"PDM-Pure: the timestep is {Timestep}, expected 0 or more.");
        if (Sections.Count == 0 || Sections.Any(s => s < 0) || Sections.Sum() < 2) throw new ArgumentException("PDM-Pure: the sections must keep at least two timesteps.");
    }
}
