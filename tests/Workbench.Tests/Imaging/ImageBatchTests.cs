using TorchSharp;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public class ImageBatchTests
{
    [Fact]
    public void Eight_bit_pictures_survive_the_way_through_the_tensor()
    {
        RgbImage[] images = [Pictures.Noise(12, 9, 1), Pictures.Noise(12, 9, 2)];
        using var batch = ImageBatch.FromImages(images);
        Assert.Equal((2, 9, 12), (batch.Count, batch.Height, batch.Width));
        Assert.True(batch.Image(0).PixelsEqual(images[0]));
        Assert.True(batch.Image(1).PixelsEqual(images[1]));
        Assert.Equal(images[1][5, 3].G / 255f, batch.Unit[1, 1, 3, 5].item<float>());
        using var signed = ImageBatch.FromSigned(batch.ToSigned());
        Assert.True(signed.Image(1).PixelsEqual(images[1]));
    }

    [Fact]
    public void A_batch_outlives_the_scope_it_was_made_in()
    {
        ImageBatch batch;
        using (torch.NewDisposeScope()) batch = ImageBatch.FromUnit(torch.full(1, 3, 4, 4, 0.25f));
        using (batch) Assert.Equal(0.25f, batch.Unit.mean().item<float>());
        Assert.Contains("disposed", batch.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Making_and_using_a_batch_leaks_no_tensor()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var source = torch.rand(2, 3, 8, 8))
        using (var batch = ImageBatch.FromUnit(source))
        using (var part = batch.Slice(1, 1))
        using (var joined = ImageBatch.Concat(part, batch))
        using (var rounded = joined.Quantize())
        using (rounded.ToSigned())
        {
            _ = rounded.Images();
            _ = rounded.ToMimeBundle();
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Values_are_clipped_and_rounded_half_up()
    {
        using var source = torch.tensor(new[] { -1f, 2f, 0.5f / 255, 1.49f / 255 }).view(1, 1, 1, 4).expand(1, 3, 1, 4);
        using var batch = ImageBatch.FromUnit(source);
        Assert.Equal([0, 255, 1, 1], Enumerable.Range(0, 4).Select(x => (int)batch.Image(0)[x, 0].R));
    }

    [Fact]
    public void Wrong_shapes_and_NaN_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageBatch.FromUnit(torch.zeros(1, 4, 8, 8)));
        Assert.Throws<ArgumentException>(() => ImageBatch.FromUnit(torch.zeros(1, 3, 8, 8, torch.ScalarType.Int32)));
        Assert.Throws<ArgumentException>(() => ImageBatch.FromUnit(torch.full(1, 3, 8, 8, float.NaN)));
        Assert.Throws<ArgumentException>(() => ImageBatch.FromImages([]));
        var error = Assert.Throws<ArgumentException>(() => ImageBatch.FromImages([new RgbImage(8, 8), new RgbImage(9, 8)]));
        Assert.Contains("9×8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_slice_and_concat_keep_order()
    {
        using var batch = ImageBatch.FromImages([new RgbImage(2, 2, (1, 1, 1)), new RgbImage(2, 2, (2, 2, 2)), new RgbImage(2, 2, (3, 3, 3))]);
        using var chosen = batch.Select(2, 0, 2);
        using var joined = ImageBatch.Concat(batch.Slice(1, 2), chosen);
        Assert.Equal([2, 3, 3, 1, 3], joined.Images().Select(i => (int)i[0, 0].R));
    }

    [Fact]
    public void Folders_are_written_and_read_in_name_order_and_fitted_to_a_size()
    {
        using var folder = new TemporaryFolder();
        using var batch = ImageBatch.FromImages([Pictures.Noise(8, 8, 1), Pictures.Noise(8, 8, 2)]);
        batch.SavePngs(folder.Path, ["b", "a"]);
        using var read = ImageBatch.Load(folder.Path);
        Assert.True(read.Image(0).PixelsEqual(batch.Image(1)));
        Pictures.Gradient(30, 20).SavePng(folder.File("c.png"));
        using var fitted = ImageBatch.Load(folder.Path, 16);
        Assert.Equal((3, 16, 16), (fitted.Count, fitted.Height, fitted.Width));
        Assert.Contains("c.png", Assert.Throws<ArgumentException>(() => ImageBatch.Load(folder.Path)).Message, StringComparison.Ordinal);
        new RgbImage(1, 8192, (0, 0, 0)).SavePng(folder.File("d.png"));
        Assert.Contains("d.png", Assert.Throws<ArgumentException>(() => ImageBatch.Load(folder.Path, 512)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_thousand_pictures_come_back_in_their_order()
    {
        using var folder = new TemporaryFolder();
        using var many = ImageBatch.FromImages([.. Enumerable.Range(0, 1002).Select(i => new RgbImage(1, 1, ((byte)(i >> 8), (byte)i, 0)))]);
        many.SavePngs(folder.Path);
        using var read = ImageBatch.Load(folder.Path);
        Assert.Equal(many.Unit.data<float>().ToArray(), read.Unit.data<float>().ToArray());
    }

    [Fact]
    public void An_empty_or_missing_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(folder.Path, Assert.Throws<InvalidDataException>(() => ImageBatch.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => ImageBatch.Load(folder.File("none")));
    }

    [Fact]
    public void The_mime_bundle_is_a_png_of_a_readable_size_with_text_beside_it()
    {
        using var batch = ImageBatch.FromImages([Pictures.Gradient(64, 64), Pictures.Gradient(64, 64)]);
        var bundle = batch.ToMimeBundle();
        Assert.Equal(["image/png", "text/html", "text/plain"], bundle.Keys.Order(StringComparer.Ordinal));
        var sheet = ImageCodec.Load(Convert.FromBase64String(bundle["image/png"]));
        Assert.InRange(sheet.Width, 256, 512);
        Assert.Contains($"width=\"{sheet.Width}\"", bundle["text/html"], StringComparison.Ordinal);
        Assert.Equal("ImageBatch of 2, 64×64", bundle["text/plain"]);
        Assert.Equal(256, ImageCodec.Load(Convert.FromBase64String(Pictures.Gradient(64, 32).ToMimeBundle()["image/png"])).Width);
    }
}
