using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>One photo through many purifiers: input, result, what is left of the difference to the clean photo, and its spectrum.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static class PurifierGallery
{
    private const double Gain = 8;

    /// <summary>White of the spectra, the same for all rows, so that they compare.</summary>
    private const double Ceiling = 5;

    /// <summary>Lays out the pictures, one purifier a row where they are large, two where they are small.</summary>
    /// <param name="input">Label of the photo that was purified.</param>
    /// <param name="clean">The clean photo.</param>
    /// <param name="given">What was purified.</param>
    /// <param name="results">Chain and result; a picture each, of one size with the photo.</param>
    public static RgbImage Compose(string input, ImageBatch clean, ImageBatch given, IReadOnlyList<(string Chain, ImageBatch Result)> results)
    {
        var (cells, labels) = (new List<RgbImage>(), new List<string>());
        foreach (var (chain, purified) in results)
        {
            using var residual = DifferenceImage.Of(clean, purified, Gain);
            cells.AddRange([given.Image(0), purified.Image(0), residual.Image(0), Spectrum.Of(clean, purified, Ceiling)]);
            labels.AddRange([input, chain, "minus clean x8", "its spectrum"]);
        }
        return ContactSheet.Compose(cells, cells[0].Width > 128 ? 4 : 8, labels);
    }
}
