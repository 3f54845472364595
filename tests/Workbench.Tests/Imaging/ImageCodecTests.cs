using SkiaSharp;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public class ImageCodecTests
{
    [Fact]
    public void Png_round_trip_keeps_every_byte()
    {
        var image = Pictures.Gradient(37, 23);
        Assert.True(ImageCodec.Load(image.EncodePng()).PixelsEqual(image));
    }

    [Fact]
    public void Content_decides_the_format_not_the_extension()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("photo.png");
        File.WriteAllBytes(path, Pictures.Gradient(40, 24).EncodeJpeg(90));
        var image = ImageCodec.Load(path);
        Assert.Equal((40, 24), (image.Width, image.Height));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void Lossy_formats_decode_close_to_the_source(SKEncodedImageFormat format)
    {
        var image = Pictures.Gradient(32, 32);
        using var bitmap = SKBitmap.Decode(image.EncodePng());
        using var data = bitmap.Encode(format, 95);
        Assert.InRange(Pictures.MeanDifference(ImageCodec.Load(data.ToArray()), image), 0.0, 4.0);
    }

    [Fact]
    public void Bmp_and_grey_png_decode_to_rgb()
    {
        var bmp = Pictures.Bmp(2, 1, [(10, 20, 30), (200, 100, 50)]);
        Assert.Equal((200, 100, 50), ImageCodec.Load(bmp)[1, 0]);
        using var grey = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Gray8));
        grey.Erase(new SKColor(90, 90, 90));
        using var data = grey.Encode(SKEncodedImageFormat.Png, 100);
        Assert.Equal((90, 90, 90), ImageCodec.Load(data.ToArray())[2, 1]);
    }

    [Fact]
    public void Transparency_is_composited_on_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(255, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(255, 0, 0, 128));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var image = ImageCodec.Load(data.ToArray());
        Assert.Equal((255, 255, 255), image[0, 0]);
        Assert.Equal((255, 127, 127), image[1, 0]);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(3, 31, 15)]
    [InlineData(6, 15, 0)]
    [InlineData(8, 0, 31)]
    [InlineData(5, 0, 0)]
    [InlineData(7, 15, 31)]
    public void Exif_orientation_moves_the_first_corner(int orientation, int x, int y)
    {
        // A white block in the stored top left corner of a black 32×16 picture.
        var image = new RgbImage(32, 16);
        for (var row = 0; row < 8; row++)
        {
            for (var column = 0; column < 8; column++) image[column, row] = (255, 255, 255);
        }
        var upright = ImageCodec.Load(Pictures.WithExifOrientation(image.EncodeJpeg(95), orientation));
        Assert.Equal(orientation >= 5 ? (16, 32) : (32, 16), (upright.Width, upright.Height));
        Assert.True(upright[x, y].R > 200, $"corner ({x}, {y}) is {upright[x, y]}");
    }

    [Fact]
    public void A_picture_100_000_pixels_wide_is_refused_by_name_and_size()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("wide.png");
        File.WriteAllBytes(path, Pictures.PngHeaderOnly(100_000, 10));
        var error = Assert.Throws<InvalidDataException>(() => ImageCodec.Load(path));
        Assert.Contains("wide.png", error.Message, StringComparison.Ordinal);
        Assert.Contains("100000", error.Message, StringComparison.Ordinal);
        Assert.Contains("8192", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_and_foreign_files_are_named_in_the_error()
    {
        using var folder = new TemporaryFolder();
        var truncated = folder.File("cut.png");
        File.WriteAllBytes(truncated, Pictures.Noise(64, 64, 3).EncodePng()[..2000]);
        Assert.Contains("cut.png", Assert.Throws<InvalidDataException>(() => ImageCodec.Load(truncated)).Message, StringComparison.Ordinal);
        var text = folder.File("notes.jpg");
        File.WriteAllText(text, "no picture");
        Assert.Contains("notes.jpg", Assert.Throws<InvalidDataException>(() => ImageCodec.Load(text)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => ImageCodec.Load([]));
        Assert.Throws<FileNotFoundException>(() => ImageCodec.Load(folder.File("missing.png")));
    }

    [Fact]
    public void Jpeg_uses_420_subsampling()
    {
        var jpeg = Pictures.Gradient(32, 32).EncodeJpeg(75);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        // FFC0, length, precision, height, width, components, then id, sampling factors of luma
        Assert.Equal(0x22, jpeg[frame + 11]);
        Assert.Equal(0x11, jpeg[frame + 14]);
    }
}
