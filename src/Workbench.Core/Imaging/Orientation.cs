using SkiaSharp;

namespace Workbench.Imaging;

/// <summary>Turns a decoded picture upright by its EXIF orientation.</summary>
internal static class Orientation
{
    /// <summary>Applies one of the eight orientations; <see cref="SKEncodedOrigin.TopLeft"/> returns the picture itself.</summary>
    public static RgbImage Apply(RgbImage image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft) return image;
        int lastX = image.Width - 1, lastY = image.Height - 1;
        var swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var upright = swapped ? new RgbImage(image.Height, image.Width) : new RgbImage(image.Width, image.Height);
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                var (fromX, fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (lastX - x, y),
                    SKEncodedOrigin.BottomRight => (lastX - x, lastY - y),
                    SKEncodedOrigin.BottomLeft => (x, lastY - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, lastY - x),
                    SKEncodedOrigin.RightBottom => (lastX - y, lastY - x),
                    SKEncodedOrigin.LeftBottom => (lastX - y, x),
                    _ => (x, y),
                };
                upright[x, y] = image[fromX, fromY];
            }
        }
        return upright;
    }
}
