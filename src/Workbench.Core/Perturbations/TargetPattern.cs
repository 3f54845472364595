using Workbench.Imaging;

namespace Workbench.Perturbations;

/// <summary>The picture that targeted methods steer to when none is given.</summary>
/// <remarks>
/// Stands in for the target picture of Mist, which is not ours to ship: like that one it is full of hard edges at several scales, so that its
/// latents lie far from any photo's.
/// </remarks>
public static class TargetPattern
{
    /// <summary>Black and white rings over a checkerboard of a quarter of their period.</summary>
    /// <param name="side">Side in pixels.</param>
    public static RgbImage Create(int side)
    {
        var image = new RgbImage(side, side);
        double period = Math.Max(8, side / 8.0), half = side / 2.0;
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var radius = Math.Sqrt((x + 0.5 - half) * (x + 0.5 - half) + (y + 0.5 - half) * (y + 0.5 - half));
                var isRing = radius % period < period / 2;
                var isChecker = ((int)(x / (period / 4)) + (int)(y / (period / 4))) % 2 == 0;
                var value = (byte)(isRing ^ isChecker ? 255 : 0);
                image[x, y] = (value, value, value);
            }
        }
        return image;
    }
}
