using System.Globalization;
using Workbench.Analysis;
using Workbench.Perturbations;

namespace Workbench.Experiments;

/// <summary>The table of <see cref="ProtectionStudy"/>: its columns, and the paper's numbers beside ours.</summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public static class ProtectionTable
{
    /// <summary>Names of the columns that describe the photos.</summary>
    public const string LatentShift = "latent_shift", Noise = "noise", NoiseLogOdds = "noise_log_odds", ReconstructedNoise = "reconstructed_noise",
        ReconstructedNoiseLogOdds = "reconstructed_noise_log_odds", Alignment = "alignment", ReconstructedAlignment = "reconstructed_alignment", Psnr = "psnr", MaxLevels = "max_levels", Seconds = "seconds";

    /// <summary>Names of the columns that describe what DreamBooth draws after training on the photos.</summary>
    public const string DrawnIdentity = "drawn_identity", DrawnQuality = "drawn_quality", DrawnQualityLogOdds = "drawn_quality_log_odds", DrawnNoiseLogOdds = "drawn_noise_log_odds";

    /// <summary>All columns.</summary>
    public static IReadOnlyList<StudyColumn> Columns { get; } =
    [
        new(LatentShift, "latent shift, sd"), new(Noise, "P(noise)"), new(NoiseLogOdds, "noise log-odds"), new(ReconstructedNoise, "P(noise) after the VAE"),
        new(ReconstructedNoiseLogOdds, "noise log-odds after the VAE"), new(Alignment, "a(x)", 3), new(ReconstructedAlignment, "a(x) after the VAE", 3),
        new(Psnr, "PSNR, dB"), new(MaxLevels, "largest change, levels", 0), new(Seconds, "processor seconds a person"),
        new(DrawnIdentity, "DreamBooth: identity"), new(DrawnQuality, "DreamBooth: CLIP-IQAC"), new(DrawnQualityLogOdds, "DreamBooth: CLIP-IQAC log-odds"),
        new(DrawnNoiseLogOdds, "DreamBooth: noise log-odds"),
    ];

    /// <summary>The table of some rows.</summary>
    /// <param name="rows">A row a method and person.</param>
    /// <param name="budget">The common bound.</param>
    /// <param name="profile">Settings of the perturbations.</param>
    /// <param name="model">Fingerprint of the attacked model.</param>
    /// <param name="probe">What told noise from the subject; null: the mini world's.</param>
    public static StudyTable Of(IReadOnlyList<StudyRow> rows, LinfBudget budget, Profile profile, string model, ConceptProbeConfig? probe = null) => new("Protections at one budget", Columns, rows)
    {
        Model = model,
        Words = string.Create(CultureInfo.InvariantCulture, $"Budget {budget.Levels:0.###}/255, profile {profile}. ")
            + $"Noise is {(probe ?? ConceptProbeConfig.OneWord).InWords()}, of the photos and of what the autoencoder hands on, and a(x) the "
            + "cosine of these to the prompt of the training; the columns of DreamBooth score what a model draws that was trained on the photos. In "
            + "parentheses the paper's IMS and Q, of other networks on real photos: compare directions, not sizes.",
        Remarks = PaperCells.Protections(rows.Select(r => r.Name)),
    };

    /// <summary>The columns of what was drawn, a number a picture.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<double>> Drawn(ScenarioResult result) =>
        new[] { (DrawnIdentity, "identity"), (DrawnQuality, "quality"), (DrawnQualityLogOdds, "quality_log_odds"), (DrawnNoiseLogOdds, "noise_log_odds") }.ToDictionary(
            c => c.Item1, c => (IReadOnlyList<double>)[.. result.Images.Select(StudyScore.All.Single(s => s.Name == c.Item2).Of)], StringComparer.Ordinal);
}
