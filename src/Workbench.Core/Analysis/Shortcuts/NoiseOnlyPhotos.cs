using Workbench.Imaging;

namespace Workbench.Analysis.Shortcuts;

/// <summary>Photos without a subject: mid grey plus a perturbation. Whatever a model learns from them, it is not a person.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class NoiseOnlyPhotos
{
    /// <summary>0.5 + gain · (perturbed − original), as 8-bit files hold it.</summary>
    /// <param name="original">The photos before.</param>
    /// <param name="perturbed">The same photos after.</param>
    /// <param name="gain">Factor on the perturbation; 1 keeps its size.</param>
    /// <exception cref="ArgumentException">The batches differ in shape, or the gain is not positive.</exception>
    public static ImageBatch Of(ImageBatch original, ImageBatch perturbed, double gain = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gain);
        using var grey = DifferenceImage.Of(original, perturbed, gain);
        return grey.Quantize();
    }
}
