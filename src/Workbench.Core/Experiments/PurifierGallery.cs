using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>One photo through every purifier: input, result, what is left of the difference to the clean photo, and its spectrum.</summary>
internal static class PurifierGallery
{
    private const double Gain = 8;

    /// <summary>White of the spectra, the same for all rows, so that they compare.</summary>
    private const double Ceiling = 5;

    public static RgbImage Compose(string folder, string protection, IReadOnlyList<string> chains, ProtectedPhotos photos)
    {
        using var sets = photos.Sets(0);
        using var set = photos.Get(protection, 0, default);
        using ImageBatch clean = sets.B.Slice(0, 1), given = set.Slice(0, 1);
        var (cells, labels) = (new List<RgbImage>(), new List<string>());
        foreach (var chain in chains)
        {
            using var purified = ImageBatch.Load([Path.Combine(folder, "runs", $"{protection}_{chain}_subject0.png")]);
            using var residual = DifferenceImage.Of(clean, purified, Gain);
            cells.AddRange([given.Image(0), purified.Image(0), residual.Image(0), Spectrum.Of(clean, purified, Ceiling)]);
            labels.AddRange([$"{protection}", chain, "minus clean x8", "its spectrum"]);
        }
        // Two purifiers a line keep the sheet near a screen's shape.
        return ContactSheet.Compose(cells, 8, labels);
    }
}
