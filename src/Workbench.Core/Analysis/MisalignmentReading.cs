using System.Text.Json.Serialization;

namespace Workbench.Analysis;

/// <summary>What <see cref="Misalignment"/> reads from the photos of one condition.</summary>
/// <param name="Condition">Name of the condition.</param>
/// <param name="Photo">Of the photos themselves.</param>
/// <param name="Reconstruction">Of what the autoencoder hands on.</param>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record MisalignmentReading(string Condition, AlignmentReading Photo, AlignmentReading Reconstruction);

/// <summary>CLIP's view of some pictures, one entry a picture.</summary>
/// <param name="Alignment">a(x): cosine to the training prompt, higher is better.</param>
/// <param name="NoiseProbability">P(noise) of the two-way concept probe in [0,1].</param>
/// <param name="NoiseLogOdds">Log-odds of noise, which do not saturate: scale · (cos noise − cos subject).</param>
/// <param name="Embeddings">[N, P] CLIP embeddings, not normalised; null in stored results.</param>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record AlignmentReading(
    IReadOnlyList<double> Alignment, IReadOnlyList<double> NoiseProbability, IReadOnlyList<double> NoiseLogOdds, [property: JsonIgnore] double[,]? Embeddings = null);
