using System.Globalization;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>The tables of <see cref="PurifierStudy"/>: their columns, and the paper's numbers beside ours.</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class PurifierTable
{
    /// <summary>Names of the columns.</summary>
    public const string Perceptual = "perceptual", Psnr = "psnr", Ssim = "ssim", NoiseLogOdds = "noise_log_odds", ReconstructedNoiseLogOdds = "reconstructed_noise_log_odds",
        Alignment = "alignment", ReconstructedAlignment = "reconstructed_alignment",
        Identity = "identity", Seconds = "seconds", ProcessorSeconds = "processor_seconds";

    /// <summary>The columns; further metrics come first.</summary>
    /// <param name="metrics">Further metrics.</param>
    /// <param name="perceptual">Name of the perceptual distance.</param>
    public static IReadOnlyList<StudyColumn> Columns(IEnumerable<IMetric> metrics, string perceptual) =>
    [
        .. metrics.Select(m => new StudyColumn(m.Name, $"{m.Name} {(m.Direction == MetricDirection.LowerIsBetter ? '↓' : '↑')}", 3)),
        new(Perceptual, $"{perceptual} ↓", 3), new(Psnr, "PSNR ↑, dB"), new(Ssim, "SSIM ↑", 3), new(NoiseLogOdds, "noise log-odds ↓"),
        new(ReconstructedNoiseLogOdds, "after the VAE ↓"), new(Alignment, "a(x) ↑", 3), new(ReconstructedAlignment, "a(x) after the VAE ↑", 3), new(Identity, "identity ↑", 3), new(Seconds, "seconds a photo ↓", 3),
        new(ProcessorSeconds, "processor seconds a photo ↓", 3),
    ];

    /// <summary>The tables of some rows, one a protection.</summary>
    internal static StudyTable Of(PurifierStudy study, IReadOnlyList<StudyRow> rows, IReadOnlyList<string> leftOut, string model, string perceptual) =>
        new("Purifiers: faithfulness to the clean photo, noise and time", Columns(study.Metrics, perceptual), rows)
        {
            LineTitle = "purifier",
            Model = model,
            LeftOut = leftOut,
            Words = string.Create(CultureInfo.InvariantCulture, $"Protections at {study.Budget.Levels:0.###}/255, profile {study.Config.Profile}. ")
                + $"Noise is {study.Config.Probe.InWords()}, a(x) the cosine to the prompt of the training. Seconds leave out reading the networks; other programs of the machine lengthen those by the clock. "
                + string.Create(CultureInfo.InvariantCulture, $"Equal pictures count as {PurifierStudy.EqualPsnr:0} dB. ")
                + "In parentheses the paper's numbers, at 512 pixels on a graphics card.",
            Remarks = PaperCells.Purifiers(rows.Select(r => (r.Group, r.Name)), study.Metrics.FirstOrDefault(m => m.Name == Lpips.NameOf(LpipsNet.Alex))?.Name ?? Perceptual),
        };

    /// <summary>The part of the table for one protection.</summary>
    public static string Group(string protection) => $"photos: {protection}";
}
