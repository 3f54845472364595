using Workbench.Imaging;
using Workbench.Tests.Goldens;
using Xunit;

namespace Workbench.Tests.Imaging;

public class ImageResizeTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_image_processor", MemberType = typeof(GoldenCase))]
    public void Bicubic_agrees_with_PIL(GoldenCase golden)
    {
        foreach (var entry in golden.Io.Keys.Where(k => k.EndsWith(".resized_uint8", StringComparison.Ordinal)))
        {
            var name = entry.Split('.')[0];
            using var source = golden.Io[$"{name}.image"];
            using var expected = golden.Io[entry];
            var image = new RgbImage((int)source.shape[1], (int)source.shape[0], source.data<byte>().ToArray());
            var resized = image.ResizeShorterSide((int)Math.Min(expected.shape[1], expected.shape[2]));
            Assert.Equal((expected.shape[2], expected.shape[1]), (resized.Width, resized.Height));
            using var interleaved = expected.permute(1, 2, 0).contiguous();
            var differences = resized.Pixels.Zip(interleaved.data<byte>().ToArray(), (a, b) => Math.Abs(a - b)).ToArray();
            Assert.True(differences.Max() <= 1, $"{name}: off by {differences.Max()} levels");
            Assert.True(differences.Count(d => d == 0) >= 0.999 * differences.Length, $"{name}: only {differences.Count(d => d == 0)} of {differences.Length} equal");
        }
    }

    [Theory]
    [InlineData(Resampling.Nearest)]
    [InlineData(Resampling.Box)]
    [InlineData(Resampling.Bilinear)]
    [InlineData(Resampling.Bicubic)]
    [InlineData(Resampling.Lanczos)]
    public void Same_size_is_the_identity_and_a_flat_picture_stays_flat(Resampling resampling)
    {
        var noise = Pictures.Noise(17, 13, 1);
        Assert.True(noise.Resize(17, 13, resampling).PixelsEqual(noise));
        var flat = new RgbImage(19, 11, (40, 200, 7)).Resize(31, 5, resampling);
        Assert.True(flat.PixelsEqual(new RgbImage(31, 5, (40, 200, 7))));
    }

    [Fact]
    public void Box_halving_averages_two_by_two_and_nearest_picks_the_pixel_right_of_the_middle()
    {
        var image = new RgbImage(4, 2);
        for (var x = 0; x < 4; x++) (image[x, 0], image[x, 1]) = (((byte)(10 * x), 0, 0), ((byte)(10 * x + 4), 0, 0));
        Assert.Equal(7, image.Resize(2, 1, Resampling.Box)[0, 0].R);
        Assert.Equal(27, image.Resize(2, 1, Resampling.Box)[1, 0].R);
        Assert.Equal(14, image.Resize(2, 1, Resampling.Nearest)[0, 0].R);
    }

    [Fact]
    public void Bilinear_doubling_weights_neighbours_three_to_one()
    {
        var image = new RgbImage(2, 1);
        image[1, 0] = (100, 100, 100);
        var doubled = image.Resize(4, 1, Resampling.Bilinear);
        Assert.Equal([0, 25, 75, 100], Enumerable.Range(0, 4).Select(x => (int)doubled[x, 0].R));
    }

    [Fact]
    public void Centre_crop_cuts_the_middle_and_pads_black()
    {
        var image = Pictures.Gradient(9, 7);
        Assert.Equal(image[3, 2], image.CenterCrop(3, 3)[0, 0]);
        var padded = image.CenterCrop(11, 7);
        Assert.Equal((0, 0, 0), padded[0, 3]);
        Assert.Equal(image[0, 3], padded[1, 3]);
        Assert.Equal(image[8, 6], padded[9, 6]);
    }

    [Fact]
    public void Fit_square_keeps_the_short_side_and_enlarge_repeats_pixels()
    {
        var fitted = Pictures.Gradient(211, 150).FitSquare(64);
        Assert.Equal((64, 64), (fitted.Width, fitted.Height));
        // torchvision rounds the half of an odd difference to even: 1.5 → 2, 0.5 → 0.
        foreach (var (width, left) in new[] { (7, 2), (5, 0), (6, 1) })
        {
            var wide = Pictures.Noise(width, 4, 1);
            Assert.Equal(wide[left, 3], wide.FitSquare(4)[0, 3]);
        }
        var image = Pictures.Noise(5, 4, 2);
        var enlarged = image.Enlarge(3);
        Assert.Equal(image[4, 3], enlarged[14, 11]);
        Assert.Equal(image[1, 0], enlarged[5, 2]);
    }
}
