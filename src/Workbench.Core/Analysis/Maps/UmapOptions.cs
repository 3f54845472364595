namespace Workbench.Analysis.Maps;

/// <summary>Settings of <see cref="Umap"/>; the defaults are those of its authors' library (umap-learn).</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record UmapOptions
{
    /// <summary>The published settings.</summary>
    public static UmapOptions Default { get; } = new();

    /// <summary>Neighbours of each point; of few points, all others.</summary>
    public int Neighbours { get; init; } = 15;

    /// <summary>How far points lie apart before they are mapped. <see cref="EmbeddingMap.Umap"/> always takes the cosine.</summary>
    public UmapMetric Metric { get; init; } = UmapMetric.Euclidean;

    /// <summary>How near points may lie in the map.</summary>
    public double MinDistance { get; init; } = 0.1;

    /// <summary>The scale of the map; at least <see cref="MinDistance"/>.</summary>
    public double Spread { get; init; } = 1;

    /// <summary>Passes over the edges.</summary>
    public int Epochs { get; init; } = 500;

    /// <summary>Points pushed away for each that is pulled.</summary>
    public int NegativeSamples { get; init; } = 5;

    /// <summary>Step size of the first pass; it falls to 0 along a line.</summary>
    public double LearningRate { get; init; } = 1;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Neighbours, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(MinDistance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Spread);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinDistance, Spread);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(NegativeSamples, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
    }
}
