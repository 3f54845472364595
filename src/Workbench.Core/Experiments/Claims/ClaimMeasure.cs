using Workbench.Metrics;

namespace Workbench.Experiments.Claims;

/// <summary>A number of a run, oriented so that more is what its name says.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Of">The number of a run.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record ClaimMeasure(string Name, Func<ScenarioResult, double> Of)
{
    private const double Least = 1e-6;

    /// <summary>Quality of generations: log-odds of CLIP-IQAC's prompts, which do not saturate.</summary>
    public static ClaimMeasure Quality { get; } = OfScore("quality", "quality_log_odds");

    /// <summary>Likeness of generations to the person.</summary>
    public static ClaimMeasure Identity { get; } = OfScore("identity", "identity");

    /// <summary>Freedom of generations from noise: log-odds of CLIP's probe with the sign turned.</summary>
    public static ClaimMeasure FreedomFromNoise { get; } = OfScore("freedom from noise", "noise_log_odds", -1);

    /// <summary>Displacement of the training photos as the autoencoder hands them on: log-odds of their mean P(noise).</summary>
    public static ClaimMeasure Displacement { get; } = new("displacement of photos", r => LogOdds(r.TrainingNoiseReconstructed));

    private static ClaimMeasure OfScore(string name, string score, double sign = 1)
    {
        var column = StudyScore.All.Single(s => s.Name == score);
        return new ClaimMeasure(name, r => sign * r.Mean(column.Of));
    }

    private static double LogOdds(double probability) => ClipIqacLogOdds.FromIqac(2 * Math.Clamp(probability, Least, 1 - Least) - 1);
}
