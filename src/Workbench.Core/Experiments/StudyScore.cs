using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>A column of the study's tables.</summary>
/// <param name="Name">Its name in results.json.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="HigherIsBetter">Which end is better for whoever wants good pictures of the subject.</param>
/// <param name="Of">The score of one picture.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record StudyScore(string Name, string Title, bool HigherIsBetter, Func<ImageScores, double> Of)
{
    /// <summary>All columns.</summary>
    public static IReadOnlyList<StudyScore> All { get; } =
    [
        new("identity", "identity ↑", true, s => s.Identity),
        new("quality", "CLIP-IQAC ↑", true, s => s.Quality),
        new("quality_log_odds", "CLIP-IQAC log-odds ↑", true, s => s.QualityLogOdds ?? ClipIqacLogOdds.FromIqac(s.Quality)),
        new("noise", "P(noise) ↓", false, s => s.Noise),
        new("noise_log_odds", "noise log-odds ↓", false, s => LogOdds(s.Noise)),
        new("subject_probability", "P(class) ↑", true, s => s.Subject),
        new("similarity", "CLIP similarity ↑", true, s => s.Similarity),
    ];

    /// <summary>All columns, and the published scores that were measured.</summary>
    public static IReadOnlyList<StudyScore> In(IEnumerable<ScenarioResult> results) =>
        [.. All, .. results.SelectMany(r => r.Images).SelectMany(i => i.Published?.Keys ?? []).Distinct(StringComparer.Ordinal).Select(Published)];

    /// <summary>The column of a published score.</summary>
    public static StudyScore Published(string name)
    {
        var isHigherBetter = name is not ("FDFR" or "BRISQUE");
        return new(name, $"{name} {(isHigherBetter ? '↑' : '↓')}", isHigherBetter, s => s.Published?.GetValueOrDefault(name, double.NaN) ?? double.NaN);
    }

    // A probe that is sure of every picture saturates; its log-odds still tell sure from surer. Clipped where a double cannot.
    private static double LogOdds(double probability)
    {
        var p = Math.Clamp(probability, 1e-9, 1 - 1e-9);
        return Math.Log(p / (1 - p));
    }
}
