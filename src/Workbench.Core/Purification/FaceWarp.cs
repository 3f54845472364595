using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>Cuts aligned faces out of a picture and puts restored ones back.</summary>
/// <remarks>
/// As the published program (sczhou/CodeFormer) aligns and pastes, with bilinear sampling; where that blends along a parsed face, or along
/// the square's eroded and blurred rim, this blends along a ramp at the rim.
/// </remarks>
public static class FaceWarp
{
    /// <summary>Share of the side over which a pasted face fades in.</summary>
    private const double Rim = 0.1;

    /// <summary>What lies outside the picture: the published program's grey.</summary>
    private static readonly byte[] Outside = [135, 133, 132];

    /// <summary>The aligned face.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="alignment">Takes the picture to the face.</param>
    /// <param name="side">Side of the face, pixels.</param>
    public static RgbImage Align(RgbImage image, SimilarityTransform alignment, int side)
    {
        var (face, back) = (new RgbImage(side, side), alignment.Inverse());
        Span<byte> pixel = stackalloc byte[3];
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (u, v) = back.Apply(x, y);
                Sample(image, u, v, pixel);
                pixel.CopyTo(face.Pixels.AsSpan((y * side + x) * 3));
            }
        return face;
    }

    /// <summary>The picture with a restored face in its place; pixels outside the face's square stay.</summary>
    /// <param name="image">The picture; not changed.</param>
    /// <param name="face">The restored face, square.</param>
    /// <param name="alignment">Takes the picture to the face.</param>
    public static RgbImage Paste(RgbImage image, RgbImage face, SimilarityTransform alignment)
    {
        var result = image.Clone();
        Span<byte> pixel = stackalloc byte[3];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var (u, v) = alignment.Apply(x, y);
                var weight = Weight(u, v, face.Width);
                if (weight <= 0) continue;
                Sample(face, u, v, pixel);
                var at = (y * image.Width + x) * 3;
                for (var c = 0; c < 3; c++) result.Pixels[at + c] = (byte)(image.Pixels[at + c] * (1 - weight) + pixel[c] * weight + 0.5);
            }
        return result;
    }

    /// <summary>A rectangle of the picture.</summary>
    internal static RgbImage Cut(RgbImage image, int x, int y, int width, int height)
    {
        var part = new RgbImage(width, height);
        for (var row = 0; row < height; row++)
            image.Pixels.AsSpan(((y + row) * image.Width + x) * 3, width * 3).CopyTo(part.Pixels.AsSpan(row * width * 3));
        return part;
    }

    /// <summary>0 at the rim, 1 inside, smooth between.</summary>
    private static double Weight(double u, double v, int side)
    {
        var depth = Math.Min(Math.Min(u, v), Math.Min(side - 1 - u, side - 1 - v)) / (Rim * side);
        var t = Math.Clamp(depth, 0, 1);
        return t * t * (3 - 2 * t);
    }

    private static void Sample(RgbImage image, double u, double v, Span<byte> pixel)
    {
        var (x, y) = ((int)Math.Floor(u), (int)Math.Floor(v));
        var (dx, dy) = (u - x, v - y);
        for (var c = 0; c < 3; c++)
        {
            double At(int px, int py) => px < 0 || py < 0 || px >= image.Width || py >= image.Height ? Outside[c] : image.Pixels[(py * image.Width + px) * 3 + c];
            var value = (At(x, y) * (1 - dx) + At(x + 1, y) * dx) * (1 - dy) + (At(x, y + 1) * (1 - dx) + At(x + 1, y + 1) * dx) * dy;
            pixel[c] = (byte)(value + 0.5);
        }
    }
}
