namespace Workbench.Imaging;

/// <summary>Separable resizing that agrees with PIL's <c>Image.resize</c>.</summary>
/// <remarks>
/// Kernels are widened when shrinking (antialias). The horizontal pass runs first; its result is rounded and clipped to 8 bits
/// before the vertical pass, which matters: without it overshoots differ by up to nine grey levels.
/// </remarks>
public static class ImageResize
{
    /// <summary>Resizes to exactly <paramref name="width"/>×<paramref name="height"/>.</summary>
    public static RgbImage Resize(this RgbImage image, int width, int height, Resampling resampling = Resampling.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (resampling is Resampling.Nearest) return Nearest(image, width, height);
        var wide = width == image.Width ? image : Horizontal(image, ResampleKernel.Of(image.Width, width, resampling));
        return height == image.Height ? wide.Clone() : Vertical(wide, ResampleKernel.Of(image.Height, height, resampling));
    }

    /// <summary>Resizes so that the shorter side becomes <paramref name="size"/>; the longer is truncated to whole pixels.</summary>
    public static RgbImage ResizeShorterSide(this RgbImage image, int size, Resampling resampling = Resampling.Bicubic)
    {
        int shorter = Math.Min(image.Width, image.Height), longer = Math.Max(image.Width, image.Height);
        var wanted = (long)size * longer / shorter;
        if (wanted * size > Array.MaxLength / 3)
            throw new ArgumentException($"A picture of {image.Width}×{image.Height} is too long to be resized to a shorter side of {size}: the longer would have {wanted} pixels.", nameof(image));
        var scaled = (int)wanted;
        return image.Width <= image.Height ? image.Resize(size, scaled, resampling) : image.Resize(scaled, size, resampling);
    }

    /// <summary>Cuts the middle <paramref name="width"/>×<paramref name="height"/>; what lies outside the picture is black.</summary>
    public static RgbImage CenterCrop(this RgbImage image, int width, int height) =>
        // Floor division, as the reference processor does when the picture is smaller than the crop.
        image.Crop((image.Width - width) >> 1, (image.Height - height) >> 1, width, height);

    private static RgbImage Crop(this RgbImage image, int left, int top, int width, int height)
    {
        var crop = new RgbImage(width, height);
        int firstX = Math.Max(0, -left), lastX = Math.Min(width, image.Width - left);
        for (var y = Math.Max(0, -top); y < Math.Min(height, image.Height - top); y++)
        {
            var from = ((y + top) * image.Width + firstX + left) * 3;
            image.Pixels.AsSpan(from, (lastX - firstX) * 3).CopyTo(crop.Pixels.AsSpan((y * width + firstX) * 3));
        }
        return crop;
    }

    /// <summary>Shorter side to <paramref name="size"/>, then the middle square: how training pictures are prepared.</summary>
    public static RgbImage FitSquare(this RgbImage image, int size, Resampling resampling = Resampling.Bilinear) =>
        image.ResizeShorterSide(size, resampling).MiddleSquare(size);

    // Half to even, as torchvision's CenterCrop rounds.
    private static RgbImage MiddleSquare(this RgbImage image, int size) =>
        image.Crop((int)Math.Round((image.Width - size) / 2.0), (int)Math.Round((image.Height - size) / 2.0), size, size);

    /// <summary>Repeats every pixel <paramref name="factor"/>×<paramref name="factor"/> times, for showing small pictures.</summary>
    public static RgbImage Enlarge(this RgbImage image, int factor) =>
        factor == 1 ? image : Nearest(image, checked(image.Width * factor), checked(image.Height * factor));

    private static RgbImage Nearest(RgbImage image, int width, int height)
    {
        var result = new RgbImage(width, height);
        double scaleX = (double)image.Width / width, scaleY = (double)image.Height / height;
        for (var y = 0; y < height; y++)
        {
            var row = Math.Min(image.Height - 1, (int)((y + 0.5) * scaleY)) * image.Width;
            for (var x = 0; x < width; x++)
            {
                var from = (row + Math.Min(image.Width - 1, (int)((x + 0.5) * scaleX))) * 3;
                image.Pixels.AsSpan(from, 3).CopyTo(result.Pixels.AsSpan((y * width + x) * 3));
            }
        }
        return result;
    }

    private static RgbImage Horizontal(RgbImage image, ResampleKernel kernel)
    {
        var result = new RgbImage(kernel.Length, image.Height);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < kernel.Length; x++)
            {
                var (first, weights) = kernel[x];
                Accumulate(image.Pixels, (y * image.Width + first) * 3, 3, weights, result.Pixels, (y * kernel.Length + x) * 3);
            }
        }
        return result;
    }

    private static RgbImage Vertical(RgbImage image, ResampleKernel kernel)
    {
        var result = new RgbImage(image.Width, kernel.Length);
        for (var y = 0; y < kernel.Length; y++)
        {
            var (first, weights) = kernel[y];
            for (var x = 0; x < image.Width; x++)
                Accumulate(image.Pixels, (first * image.Width + x) * 3, image.Width * 3, weights, result.Pixels, (y * image.Width + x) * 3);
        }
        return result;
    }

    private static void Accumulate(byte[] source, int from, int stride, ReadOnlySpan<int> weights, byte[] target, int to)
    {
        int r = ResampleKernel.Half, g = ResampleKernel.Half, b = ResampleKernel.Half;
        foreach (var weight in weights)
        {
            r += source[from] * weight;
            g += source[from + 1] * weight;
            b += source[from + 2] * weight;
            from += stride;
        }
        target[to] = ResampleKernel.ToByte(r);
        target[to + 1] = ResampleKernel.ToByte(g);
        target[to + 2] = ResampleKernel.ToByte(b);
    }
}
