using Workbench.Analysis.Shortcuts;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Analysis.Shortcuts;

public sealed class PictureContrastTests
{
    [Fact]
    public void An_even_square_has_none_and_stripes_have_half_their_height()
    {
        using var pictures = ImageBatch.FromImages([Stripes(128, 128), Stripes(120, 128), Stripes(0, 255)]);
        var found = PictureContrast.Of(pictures);
        Assert.Equal([0, 4, 127.5], found.Select(c => Math.Round(c, 4)));
    }

    [Fact]
    public void Colours_count_by_their_luma()
    {
        var image = new RgbImage(2, 1, (0, 0, 0));
        image[1, 0] = (0, 200, 0);
        using var green = ImageBatch.FromImages([image]);
        Assert.Equal(0.587 * 200 / 2, PictureContrast.Of(green)[0], 1e-3);
    }

    [Fact]
    public void The_ratio_is_to_the_mean_of_the_photos_trained_on()
    {
        using var trained = ImageBatch.FromImages([Stripes(120, 136), Stripes(116, 140)]);
        using var drawn = ImageBatch.FromImages([Stripes(123, 133), Stripes(128, 128)]);
        // 5 levels over the mean of 8 and 12.
        Assert.Equal([0.5, 0], PictureContrast.Ratio(drawn, trained).Select(r => Math.Round(r, 4)));
        using var even = drawn.Slice(1, 1);
        Assert.Throws<ArgumentException>(() => PictureContrast.Ratio(trained, even));
    }

    private static RgbImage Stripes(byte dark, byte light)
    {
        var image = new RgbImage(4, 4, (dark, dark, dark));
        for (var y = 0; y < 4; y++)
            for (var x = 1; x < 4; x += 2) image[x, y] = (light, light, light);
        return image;
    }
}
