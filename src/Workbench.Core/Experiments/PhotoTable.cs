using System.Globalization;

namespace Workbench.Experiments;

/// <summary>The table of <see cref="PhotoStudy"/>.</summary>
internal static class PhotoTable
{
    /// <summary>Name of the column of what the protection does to the latents in spite of the purifier.</summary>
    public const string ProtectionLeft = "protection_left";

    /// <param name="study">What was studied.</param>
    /// <param name="rows">A row a photo and chain.</param>
    /// <param name="leftOut">Chains without their networks.</param>
    /// <param name="model">Fingerprint of the model attacked.</param>
    /// <param name="distance">Name of IMPRESS's perceptual distance; null where it has none, or no chain has it.</param>
    public static StudyTable Of(PhotoStudy study, IReadOnlyList<StudyRow> rows, IReadOnlyList<string> leftOut, string model, string? distance) => new("Real photos, protected and purified",
    [
        new(PurifierTable.Psnr, "PSNR to the clean photo ↑, dB"), new(PurifierTable.Ssim, "SSIM ↑", 3), new(ProtectionTable.LatentShift, "latent shift from the clean photo ↓, sd", 3),
        new(ProtectionLeft, "what the protection still shifts ↓, sd", 3), new(PurifierTable.ProcessorSeconds, "processor seconds a photo ↓"),
    ], rows)
    {
        LineTitle = "purifier",
        Subjects = "photos",
        Model = model,
        LeftOut = leftOut,
        Words = string.Create(CultureInfo.InvariantCulture, $"Protection {study.Protection} at {study.Budget.Levels:0.###}/255, profile {study.Profile}, photos of {study.Side} pixels. ")
            + "The line none is the protected photo itself. The latent shift from the clean photo holds what the purifier itself changes; what the protection "
            + "still shifts is the distance between the purified protected and the purified clean photo. Super-resolution is the folder's that was named, for photos ESRGAN; in the mini world code "
            + "and ddspure are networks that know drawn portraits only."
            + (distance is null ? "" : $" IMPRESS's distance is {distance}."),
    };
}
