namespace Workbench.Purification;

/// <summary>How long and how hard <see cref="ImpressPurifier"/> optimises.</summary>
public sealed record ImpressOptions : IPurifierOptions
{
    /// <summary>The compared code's settings.</summary>
    public static ImpressOptions Paper { get; } = new();

    /// <summary>Seconds on a CPU.</summary>
    public static ImpressOptions Smoke { get; } = new() { Iterations = 60 };

    /// <summary>Optimiser steps a picture.</summary>
    public int Iterations { get; init; } = 3000;

    /// <summary>First learning rate of Adam; falls along a cosine to <see cref="FinalLearningRate"/>.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Last learning rate.</summary>
    public double FinalLearningRate { get; init; } = 1e-5;

    /// <summary>Standard deviation of the noise the search starts with, pixels in [-1,1].</summary>
    public double StartNoise { get; init; } = 0.1;

    /// <summary>Weight of the distance to the protected picture (α).</summary>
    public double DistanceWeight { get; init; } = 0.1;

    /// <summary>Distance to the protected picture that costs nothing (p).</summary>
    public double DistanceBound { get; init; } = 0.1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Iterations < 1) throw new ArgumentException($"IMPRESS: {Iterations} iterations, expected at least 1.");
        if (!(LearningRate > 0) || !(FinalLearningRate >= 0) || FinalLearningRate > LearningRate)
            throw new ArgumentException($"IMPRESS: the learning rate falls from {LearningRate} to {FinalLearningRate}; expected positive and falling.");
        if (StartNoise < 0 || DistanceWeight < 0 || DistanceBound < 0) throw new ArgumentException($"IMPRESS: no value may be negative: {this}.");
    }
}
