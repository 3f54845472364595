using System.Text.Json.Serialization;

namespace Workbench.Experiments;

/// <summary>Scores of one generated picture.</summary>
/// <param name="Image">Number among the scenario's pictures.</param>
/// <param name="Prompt">The evaluation prompt, before any suffix.</param>
/// <param name="Identity">Mean cosine of the face embedding to the references, higher is better.</param>
/// <param name="Quality">CLIP-IQAC in [-1,1], higher is better.</param>
/// <param name="Noise">P(noise) by CLIP in [0,1], lower is better.</param>
/// <param name="Subject">P(the subject's class) by CLIP in [0,1], higher is better.</param>
/// <param name="Similarity">Cosine of the CLIP embedding to the references' mean, higher is better.</param>
public sealed record ImageScores(int Image, string Prompt, double Identity, double Quality, double Noise, double Subject, double Similarity)
{
    /// <summary>Log-odds of CLIP-IQAC's two prompts, higher is better; null in results that were stored without it.</summary>
    public double? QualityLogOdds { get; init; }

    /// <summary>Published scores by their names, NaN where one is not defined, as without a face; null where none was measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Published { get; init; }
}
