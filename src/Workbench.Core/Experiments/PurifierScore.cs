namespace Workbench.Experiments;

/// <summary>What one purifier made of one person's photos; lists have one entry a photo.</summary>
public sealed record PurifierScore
{
    /// <summary>The chain, as <see cref="Purification.PurifierChain.Parse"/> reads it.</summary>
    public required string Chain { get; init; }

    /// <summary>What the photos were protected with; <see cref="ProtectionStudy.Clean"/> for untouched ones.</summary>
    public required string Protection { get; init; }

    /// <summary>Number of the held-out person.</summary>
    public required int Subject { get; init; }

    /// <summary>PSNR to the clean photo, dB; large where both are equal.</summary>
    public required IReadOnlyList<double> Psnr { get; init; }

    /// <summary>SSIM to the clean photo.</summary>
    public required IReadOnlyList<double> Ssim { get; init; }

    /// <summary>Perceptual distance to the clean photo; empty without one.</summary>
    public required IReadOnlyList<double> Perceptual { get; init; }

    /// <summary>Log-odds of CLIP's P(noise) of the photo.</summary>
    public required IReadOnlyList<double> NoiseLogOdds { get; init; }

    /// <summary>The same of what the autoencoder hands on.</summary>
    public required IReadOnlyList<double> ReconstructedNoiseLogOdds { get; init; }

    /// <summary>Likeness to other clean photos of the person.</summary>
    public required IReadOnlyList<double> Identity { get; init; }

    /// <summary>Seconds a photo, models already loaded.</summary>
    public required double SecondsPerPhoto { get; init; }
}
