namespace Workbench.Analysis.Maps;

/// <summary>Where the points of <see cref="TSne"/> start.</summary>
public enum TSneStart
{
    /// <summary>On the first two principal components, scaled to a spread of 1e-4: the same every time, and keeps the rough layout.</summary>
    PrincipalComponents,

    /// <summary>Normal noise with a spread of 1e-4, as first published.</summary>
    Random,
}

/// <summary>Settings of <see cref="TSne"/>; the defaults are the published ones (van der Maaten and Hinton 2008; van der Maaten 2014).</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record TSneOptions
{
    /// <summary>The published settings.</summary>
    public static TSneOptions Default { get; } = new();

    /// <summary>Effective number of neighbours; of few points, a third of them is taken where that is less.</summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Gradient steps.</summary>
    public int Iterations { get; init; } = 750;

    /// <summary>Step size; null: N / (4 · exaggeration), at least 50 (Belkina et al. 2019).</summary>
    public double? LearningRate { get; init; }

    /// <summary>Factor on the attraction in the first steps, so that clusters form.</summary>
    public double EarlyExaggeration { get; init; } = 12;

    /// <summary>How many steps are exaggerated; momentum rises from 0.5 to 0.8 after them.</summary>
    public int ExaggerationIterations { get; init; } = 250;

    /// <summary>Up to so many points every pair is computed; beyond, far ones are summed up by a quadtree (Barnes-Hut).</summary>
    public int ExactUpTo { get; init; } = 1000;

    /// <summary>Barnes-Hut: a cell counts as one point when its side is less than θ times its distance; 0 opens every cell.</summary>
    public double Theta { get; init; } = 0.5;

    /// <summary>Where the points start.</summary>
    public TSneStart Start { get; init; } = TSneStart.PrincipalComponents;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Perplexity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EarlyExaggeration, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ExaggerationIterations);
        if (LearningRate is { } rate) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        if (Theta is < 0 or > 0.7) throw new ArgumentOutOfRangeException(nameof(Theta), Theta, "Expected a value from 0 to 0.7; beyond, a point could be summed up with itself.");
    }
}
