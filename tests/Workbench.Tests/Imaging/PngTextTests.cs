using System.IO.Compression;
using System.Text;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public class PngTextTests
{
    [Fact]
    public void Text_survives_a_round_trip_and_leaves_the_pixels_alone()
    {
        var image = Pictures.Noise(8, 6, 5);
        var text = new Dictionary<string, string> { ["prompt"] = "a photo of sks person", ["settings"] = "{\n \"seed\": 7 }", ["note"] = "naïve café", ["wide"] = "写真 – “ok”" };
        var png = image.EncodePng(text);
        Assert.Equal(text, PngText.Read(png));
        Assert.True(ImageCodec.Load(png).PixelsEqual(image));
        Assert.Empty(PngText.Read(image.EncodePng()));
    }

    [Fact]
    public void Checksums_follow_the_standard()
    {
        Assert.Equal(0xCBF43926u, PngChunks.Crc("123456789"u8));
        var png = Pictures.Gradient(8, 8).EncodePng(new Dictionary<string, string> { ["a"] = "b" });
        png[png.AsSpan().IndexOf("tEXt"u8) + 5] ^= 1;
        var error = Assert.Throws<InvalidDataException>(() => PngText.Read(png, "photo.png"));
        Assert.Contains("photo.png", error.Message, StringComparison.Ordinal);
        Assert.Contains("tEXt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_text_is_read_but_not_without_bound()
    {
        Assert.Equal("long text", PngText.Read(WithChunk("zTXt", [.. "key\0\0"u8, .. Deflate(Encoding.Latin1.GetBytes("long text"))]))["key"]);
        Assert.Equal("größer ✓", PngText.Read(WithChunk("iTXt", [.. "key\0"u8, 1, 0, 0, 0, .. Deflate(Encoding.UTF8.GetBytes("größer ✓"))]))["key"]);
        Assert.Throws<InvalidDataException>(() => PngText.Read(WithChunk("zTXt", [.. "key\0\0"u8, .. Deflate(new byte[32 << 20])])));
    }

    [Fact]
    public void Bad_keywords_foreign_files_and_cut_chunks_are_refused()
    {
        var image = new RgbImage(2, 2);
        Assert.Throws<ArgumentException>(() => image.EncodePng(new Dictionary<string, string> { [""] = "x" }));
        Assert.Throws<ArgumentException>(() => image.EncodePng(new Dictionary<string, string> { ["schlüssel✓"] = "x" }));
        Assert.Throws<InvalidDataException>(() => PngText.Read(image.EncodeJpeg(90)));
        Assert.Throws<InvalidDataException>(() => PngText.Read(image.EncodePng()[..30]));
        Assert.Throws<InvalidDataException>(() => PngText.Read(WithChunk("iTXt", [.. "key\0"u8, 0, 0])));
    }

    private static byte[] WithChunk(string type, byte[] data)
    {
        var png = new RgbImage(2, 2).EncodePng();
        using var stream = new MemoryStream();
        stream.Write(png, 0, 33);
        PngChunks.Append(stream, type, data);
        stream.Write(png, 33, png.Length - 33);
        return stream.ToArray();
    }

    private static byte[] Deflate(byte[] data)
    {
        using var target = new MemoryStream();
        using (var deflater = new ZLibStream(target, CompressionLevel.Optimal)) deflater.Write(data);
        return target.ToArray();
    }
}
