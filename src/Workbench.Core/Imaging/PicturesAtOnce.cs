namespace Workbench.Imaging;

/// <summary>How many pictures go through a network together: many small ones, or one large one.</summary>
/// <remarks>What a network keeps of a picture grows with its pixels: an autoencoder's widest layers take over a gigabyte at 512×512, next to nothing at 64×64.</remarks>
internal static class PicturesAtOnce
{
    private const long SmallPixels = 64 * 64;

    /// <summary>The size of a group of pictures.</summary>
    /// <param name="height">Of a picture, in pixels.</param>
    /// <param name="width">Of a picture, in pixels.</param>
    /// <param name="most">How many of 64×64 pixels or less.</param>
    /// <returns>1 … <paramref name="most"/>; in between the pixels of a group stay the same.</returns>
    public static int Of(long height, long width, int most) => (int)Math.Clamp(most * SmallPixels / (height * width), 1, most);
}
