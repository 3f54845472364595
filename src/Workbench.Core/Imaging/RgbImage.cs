namespace Workbench.Imaging;

/// <summary>One picture: 8-bit RGB, interleaved, row by row (HWC), no padding.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Pixels">The bytes, <c>Width * Height * 3</c> of them, range 0..255.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels)
{
    /// <summary>A black picture.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public RgbImage(int width, int height) : this(width, height, new byte[width * height * 3]) { }
}
