using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>Fills pictures up on the right and at the bottom with their last column and row, for networks that take whole multiples only.</summary>
internal static class EdgePadding
{
    /// <summary>Fills up to multiples of a unit.</summary>
    /// <param name="pixels">[B, C, H, W], any range.</param>
    /// <param name="unit">At least 1.</param>
    /// <returns>[B, C, H', W'], the next multiples; <paramref name="pixels"/> itself where nothing is missing.</returns>
    public static Tensor ToMultiple(Tensor pixels, long unit)
    {
        var (height, width) = (pixels.shape[^2], pixels.shape[^1]);
        var (right, bottom) = (Up(width, unit) - width, Up(height, unit) - height);
        return right + bottom == 0 ? pixels : nn.functional.pad(pixels, [0, right, 0, bottom], PaddingModes.Replicate);
    }

    /// <summary>The upper left [B, C, <paramref name="height"/>, <paramref name="width"/>] of pictures, a view.</summary>
    public static Tensor CutBack(Tensor pixels, long height, long width) => pixels.narrow(-2, 0, height).narrow(-1, 0, width);

    private static long Up(long side, long unit) => (side + unit - 1) / unit * unit;
}
