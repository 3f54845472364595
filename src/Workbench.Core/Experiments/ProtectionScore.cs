namespace Workbench.Experiments;

/// <summary>What one perturbation did to the photos of one person, before anything is trained on them; lists have one entry a photo.</summary>
public sealed record ProtectionScore
{
    /// <summary>Name of the perturbation; <see cref="ProtectionStudy.Clean"/> for the untouched photos.</summary>
    public required string Method { get; init; }

    /// <summary>Number of the held-out person.</summary>
    public required int Subject { get; init; }

    /// <summary>Root mean square change of the latents, in standard deviations of the clean ones.</summary>
    public required IReadOnlyList<double> LatentShift { get; init; }

    /// <summary>CLIP's P(noise) of the photo.</summary>
    public required IReadOnlyList<double> Noise { get; init; }

    /// <summary>The same as log-odds, which do not saturate.</summary>
    public required IReadOnlyList<double> NoiseLogOdds { get; init; }

    /// <summary>CLIP's P(noise) of what the autoencoder hands on.</summary>
    public required IReadOnlyList<double> ReconstructedNoise { get; init; }

    /// <summary>The same as log-odds.</summary>
    public required IReadOnlyList<double> ReconstructedNoiseLogOdds { get; init; }

    /// <summary>PSNR to the clean photo, dB; empty for the clean ones.</summary>
    public required IReadOnlyList<double> Psnr { get; init; }

    /// <summary>Largest change of a pixel's channel, 8-bit levels.</summary>
    public required int MaxLevels { get; init; }

    /// <summary>Seconds by the clock for all photos of the person; other programs of the machine lengthen them.</summary>
    public double Seconds { get; init; }

    /// <summary>Processor seconds of this program for all photos of the person, over all its threads.</summary>
    public double ProcessorSeconds { get; init; }
}
