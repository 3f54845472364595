namespace Workbench.Purification;

/// <summary>How much noise <see cref="NoisyUpscaling"/> adds.</summary>
public sealed record NoisyUpscalingOptions : IPurifierOptions
{
    /// <summary>Standard deviation 0.05, the authors' example.</summary>
    public static NoisyUpscalingOptions Paper { get; } = new();

    /// <summary>As <see cref="Paper"/>.</summary>
    public static NoisyUpscalingOptions MiniWorld { get; } = Paper;

    /// <summary>As <see cref="Paper"/>: adding noise takes no time.</summary>
    public static NoisyUpscalingOptions Smoke { get; } = Paper;

    /// <summary>Standard deviation of the noise, pixels in [0,1].</summary>
    public double Sigma { get; init; } = 0.05;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">The value is out of range.</exception>
    public void Validate()
    {
        if (!(Sigma >= 0) || double.IsInfinity(Sigma)) throw new ArgumentException($"Noisy upscaling: sigma is {Sigma}, expected 0 or more.");
    }
}
