using TorchSharp;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public class PictureSheetTests
{
    [Fact]
    public void A_contact_sheet_holds_every_picture_in_row_order()
    {
        var images = Enumerable.Range(0, 5).Select(i => new RgbImage(10, 8, ((byte)(20 * i), 0, 0))).ToArray();
        var sheet = ContactSheet.Compose(images, columns: 3, enlarge: 1);
        Assert.Equal((3 * 14 + 4, 2 * 12 + 4), (sheet.Width, sheet.Height));
        for (var i = 0; i < 5; i++) Assert.Equal(20 * i, sheet[4 + i % 3 * 14 + 5, 4 + i / 3 * 12 + 4].R);
        Assert.Equal((255, 255, 255), sheet[40, 20]);
    }

    [Fact]
    public void Labels_draw_dark_pixels_below_their_picture_only_and_differ_by_text()
    {
        RgbImage[] images = [new(64, 64, (255, 255, 255)), new(64, 64, (255, 255, 255))];
        var sheet = ContactSheet.Compose(images, columns: 2, labels: ["clean", ""], enlarge: 1);
        Assert.True(Dark(sheet, 4, 68, 64, sheet.Height - 68) > 20);
        Assert.Equal(0, Dark(sheet, 72, 68, 64, sheet.Height - 68));
        Assert.Equal(0, Dark(sheet, 0, 0, sheet.Width, 68));
        Assert.False(sheet.PixelsEqual(ContactSheet.Compose(images, 2, ["noisy", ""], 1)));
        Assert.Throws<ArgumentException>(() => ContactSheet.Compose(images, labels: ["one"]));
    }

    [Fact]
    public void Labels_longer_than_the_picture_stay_inside_its_column()
    {
        RgbImage[] images = [new(32, 8, (255, 255, 255)), new(32, 8, (255, 255, 255))];
        var sheet = ContactSheet.Compose(images, 2, ["a label much longer than its picture", "é"], 1);
        Assert.Equal(0, Dark(sheet, 36, 0, 4, sheet.Height));
        Assert.True(Dark(sheet, 40, 12, 32, sheet.Height - 12) > 0);
    }

    [Fact]
    public void Every_printable_character_has_a_picture_of_its_own()
    {
        var drawn = Enumerable.Range(' ', 95).Select(c =>
        {
            var image = new RgbImage(8, 8, (255, 255, 255));
            BitmapFont.Draw(image, ((char)c).ToString(), 0, 0, 8, 1);
            return Convert.ToHexString(image.Pixels);
        });
        Assert.Equal(95, drawn.Distinct().Count());
    }

    [Fact]
    public void Difference_is_amplified_around_mid_grey()
    {
        var before = new RgbImage(4, 4, (100, 100, 100));
        var after = new RgbImage(4, 4, (110, 95, 100));
        Assert.Equal((208, 88, 128), DifferenceImage.Of(before, after, 8)[0, 0]);
        Assert.Equal(255, DifferenceImage.Of(before, after, 0)[0, 0].R);
        Assert.Throws<ArgumentException>(() => DifferenceImage.Of(before, new RgbImage(5, 4)));
    }

    [Fact]
    public void A_wave_shows_as_two_bright_points_at_its_frequency()
    {
        using var wave = torch.arange(32, torch.float32).mul(2 * Math.PI * 4 / 32).cos().mul(0.1).view(1, 1, 32).expand(3, 32, 32);
        var spectrum = Spectrum.Of(wave);
        Assert.Equal((255, 255), (spectrum[20, 16].R, spectrum[12, 16].R));
        Assert.True(spectrum[16, 16].R < 5 && spectrum[20, 20].R < 5);
        Assert.True(Spectrum.Of(wave, ceiling: 100)[20, 16].R < 30);
    }

    private static int Dark(RgbImage image, int left, int top, int width, int height) =>
        (from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width) where image[x, y].R < 128 select 1).Count();
}
