namespace Workbench.Analysis;

/// <summary>What <see cref="ConceptProbe"/> reads from some pictures; one entry a picture.</summary>
/// <param name="NoiseLogOdds">Log-odds of noise, which do not saturate: scale · (cos noise − cos subject).</param>
/// <param name="SubjectCosine">Cosine to the subject's anchor.</param>
/// <param name="NoiseCosine">Cosine to the noise anchor.</param>
public sealed record ConceptReading(IReadOnlyList<double> NoiseLogOdds, IReadOnlyList<double> SubjectCosine, IReadOnlyList<double> NoiseCosine)
{
    /// <summary>P(noise) of the two-way softmax, in [0,1].</summary>
    public IReadOnlyList<double> NoiseProbability { get; } = [.. NoiseLogOdds.Select(logOdds => 1 / (1 + Math.Exp(-logOdds)))];

    /// <summary>Mean P(noise).</summary>
    public double MeanNoise => NoiseProbability.Average();
}
