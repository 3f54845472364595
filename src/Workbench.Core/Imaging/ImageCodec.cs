using SkiaSharp;
using Workbench.Weights;

namespace Workbench.Imaging;

/// <summary>Reads PNG, JPEG, WebP, BMP and GIF files and writes PNG and JPEG.</summary>
/// <remarks>
/// The format is told from the content, never from the file name: published protected photos are often JPEG bytes named <c>.png</c>.
/// Transparency is composited on white, grey is expanded to RGB, the EXIF orientation is applied, colour profiles are ignored.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public static class ImageCodec
{
    /// <summary>Largest accepted width and height; larger pictures are refused before their pixels are decoded.</summary>
    public const int MaxSide = 8192;

    /// <summary>Reads the picture at <paramref name="path"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a readable picture or is too large; the message names file and reason.</exception>
    public static RgbImage Load(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such picture file.", path);
        return Load(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a picture from the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in error messages.</param>
    /// <exception cref="InvalidDataException">The bytes are not a readable picture or it is too large.</exception>
    public static RgbImage Load(ReadOnlySpan<byte> bytes, string name = "picture")
    {
        if (bytes.IsEmpty) throw new InvalidDataException($"{name}: the file is empty.");
        // The header is read first: a codec may refuse an absurd size without saying why.
        if (PngChunks.TryReadSize(bytes, out var pngWidth, out var pngHeight)) RequireSize(pngWidth, pngHeight, name);
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new InvalidDataException($"{name}: not a PNG, JPEG, WebP, BMP or GIF picture, or its header is damaged.");
        RequireSize(codec.Info.Width, codec.Info.Height, name);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var rgba = new byte[info.BytesSize];
        SKCodecResult result;
        unsafe
        {
            fixed (byte* pixels = rgba) result = codec.GetPixels(info, (nint)pixels);
        }
        if (result != SKCodecResult.Success)
            throw new InvalidDataException($"{name}: the {codec.EncodedFormat} data cannot be decoded ({Explain(result)}).");
        return Orientation.Apply(OnWhite(rgba, info.Width, info.Height), codec.EncodedOrigin);
    }

    /// <summary>Encodes as 8-bit RGB PNG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="text">Optional text chunks (keyword → value), readable again by <see cref="PngText.Read(string)"/>.</param>
    public static byte[] EncodePng(this RgbImage image, IReadOnlyDictionary<string, string>? text = null)
    {
        using var pixmap = Pixmap(image, out var pin);
        using (pin)
        {
            using var data = pixmap.Encode(SKPngEncoderOptions.Default) ?? throw new InvalidOperationException($"{image} cannot be encoded as PNG.");
            var png = data.ToArray();
            return text is null || text.Count == 0 ? png : PngText.Insert(png, text);
        }
    }

    /// <summary>Encodes as JPEG with 4:2:0 chroma subsampling.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 to 100.</param>
    public static byte[] EncodeJpeg(this RgbImage image, int quality = 75)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using var pixmap = Pixmap(image, out var pin);
        using (pin)
        {
            var options = new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
            using var data = pixmap.Encode(options) ?? throw new InvalidOperationException($"{image} cannot be encoded as JPEG.");
            return data.ToArray();
        }
    }

    /// <summary>Writes a PNG file (to a temporary name first, so that a reader never sees half a file).</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">Where to; missing folders are made.</param>
    /// <param name="text">Optional text chunks.</param>
    public static void SavePng(this RgbImage image, string path, IReadOnlyDictionary<string, string>? text = null)
    {
        var bytes = image.EncodePng(text);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static SKPixmap Pixmap(RgbImage image, out IDisposable pin)
    {
        var rgba = new byte[checked(image.Width * image.Height * 4)];
        for (int from = 0, to = 0; from < image.Pixels.Length; from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2]) = (image.Pixels[from], image.Pixels[from + 1], image.Pixels[from + 2]);
            rgba[to + 3] = 255;
        }
        var data = SKData.CreateCopy(rgba);
        pin = data;
        return new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), data.Data);
    }

    private static RgbImage OnWhite(byte[] rgba, int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            int alpha = rgba[from + 3], white = 255 * (255 - alpha) + 127;
            rgb[to] = (byte)((rgba[from] * alpha + white) / 255);
            rgb[to + 1] = (byte)((rgba[from + 1] * alpha + white) / 255);
            rgb[to + 2] = (byte)((rgba[from + 2] * alpha + white) / 255);
        }
        return new RgbImage(width, height, rgb);
    }

    private static void RequireSize(long width, long height, string name)
    {
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide)
            throw new InvalidDataException($"{name}: {width}×{height} pixels; sides from 1 to {MaxSide} pixels are accepted.");
    }

    private static string Explain(SKCodecResult result) =>
        result is SKCodecResult.IncompleteInput ? "the file ends too early" : result.ToString();
}
