using System.Text.RegularExpressions;
using Workbench.Charts;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class GalleryTests
{
    private static readonly RgbImage Red = new(64, 48, (255, 0, 0));
    private static readonly RgbImage Blue = new(64, 48, (0, 0, 255));

    [Fact]
    public void A_row_a_condition_with_escaped_labels_and_whole_pixels()
    {
        using var two = ImageBatch.FromImages([Red, Blue]);
        using var one = ImageBatch.FromImages([Blue]);
        var html = Gallery.Show(("clean", two), (Samples.Hostile, one)).WithTitle(Samples.Hostile).WithColumns("first", Samples.Hostile).ToHtml();
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(html, "<tr>"));
        Assert.Equal(3, Regex.Count(html, "<img "));
        Assert.Equal(3, Regex.Count(html, "image-rendering: pixelated"));
        Assert.Equal(3, Regex.Count(html, "width=\"192\" height=\"144\""));
    }

    [Fact]
    public void The_pictures_in_the_table_are_the_pictures_given()
    {
        var html = Gallery.Show(("both", [Red, Blue])).ToHtml();
        var shown = Regex.Matches(html, "base64,([A-Za-z0-9+/=]+)").Select(m => ImageCodec.Load(Convert.FromBase64String(m.Groups[1].Value))).ToList();
        Assert.True(shown[0].PixelsEqual(Red));
        Assert.True(shown[1].PixelsEqual(Blue));
    }

    [Fact]
    public void The_gallery_outlives_its_batches_and_brings_its_own_bundle()
    {
        var batch = ImageBatch.FromImages([Red]);
        var gallery = Gallery.Show(("clean", batch)).WithEnlargement(2);
        batch.Dispose();
        var bundle = gallery.ToMimeBundle();
        Assert.Equal(["image/png", "text/html", "text/plain"], bundle.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("width=\"128\"", bundle["text/html"], StringComparison.Ordinal);
        var sheet = ImageCodec.Load(Convert.FromBase64String(bundle["image/png"]));
        Assert.Equal((255, 0, 0), sheet[sheet.Width / 2, 40]);
        Assert.Equal("Gallery: clean (1 picture)", bundle["text/plain"]);
    }

    [Fact]
    public void A_gallery_without_pictures_is_refused() => Assert.Throws<ArgumentException>(() => Gallery.Show(("empty", (IReadOnlyList<RgbImage>)[])));
}
