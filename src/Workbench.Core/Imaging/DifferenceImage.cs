using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>Makes a perturbation visible: the difference of two pictures, amplified around mid grey.</summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public static class DifferenceImage
{
    /// <summary>0.5 + gain·(changed - original), clipped to [0,1].</summary>
    /// <param name="original">The pictures before.</param>
    /// <param name="changed">As many pictures of the same size, after.</param>
    /// <param name="gain">How much differences are amplified; 0 chooses the gain that lets the largest one fill the range.</param>
    /// <exception cref="ArgumentException">The batches differ in shape.</exception>
    public static ImageBatch Of(ImageBatch original, ImageBatch changed, double gain = 8)
    {
        if (!original.Unit.shape.SequenceEqual(changed.Unit.shape))
            throw new ArgumentException($"Expected two batches of one shape, got {original} and {changed}.", nameof(changed));
        using var amplified = TensorScope.Inference(() =>
        {
            var delta = changed.Unit - original.Unit;
            var factor = gain > 0 ? gain : 0.5 / Math.Max(1e-6, delta.abs().max().item<float>());
            return delta * factor + 0.5;
        });
        return ImageBatch.FromUnit(amplified);
    }

    /// <summary>The difference of one pair of pictures; see <see cref="Of(ImageBatch, ImageBatch, double)"/>.</summary>
    public static RgbImage Of(RgbImage original, RgbImage changed, double gain = 8)
    {
        using var before = ImageBatch.FromImages([original]);
        using var after = ImageBatch.FromImages([changed]);
        using var difference = Of(before, after, gain);
        return difference.Image(0);
    }
}
