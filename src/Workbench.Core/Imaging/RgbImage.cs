namespace Workbench.Imaging;

/// <summary>One picture in memory: 8-bit RGB, rows from the top, three bytes a pixel.</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed class RgbImage
{
    /// <summary>Wraps <paramref name="pixels"/> (not copied).</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">[height, width, 3] uint8, row by row, R G B.</param>
    /// <exception cref="ArgumentException">The buffer's length is not height × width × 3.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height * 3)
            throw new ArgumentException($"A {width}×{height} RGB picture needs {(long)width * height * 3} bytes, got {pixels.LongLength}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A picture of one colour, black by default.</summary>
    public RgbImage(int width, int height, (byte R, byte G, byte B) colour = default)
        : this(width, height, new byte[checked(width * height * 3)])
    {
        if (colour == default) return;
        for (var i = 0; i < Pixels.Length; i += 3) (Pixels[i], Pixels[i + 1], Pixels[i + 2]) = colour;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3] uint8, row by row; the picture's own buffer.</summary>
    public byte[] Pixels { get; }

    /// <summary>The colour at column <paramref name="x"/>, row <paramref name="y"/>.</summary>
    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            var at = Offset(x, y);
            return (Pixels[at], Pixels[at + 1], Pixels[at + 2]);
        }

        set
        {
            var at = Offset(x, y);
            (Pixels[at], Pixels[at + 1], Pixels[at + 2]) = value;
        }
    }

    /// <summary>An independent copy.</summary>
    public RgbImage Clone() => new(Width, Height, (byte[])Pixels.Clone());

    /// <summary>True when both pictures have the same size and the same bytes.</summary>
    public bool PixelsEqual(RgbImage other) =>
        other is not null && Width == other.Width && Height == other.Height && Pixels.AsSpan().SequenceEqual(other.Pixels);

    /// <summary>What a notebook shows: the picture as base64 PNG, as an HTML image, and as one line of text.</summary>
    /// <remarks>Pictures under 256 pixels a side are enlarged by a whole factor, pixel by pixel.</remarks>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => MimeBundle.Of(this, ToString());

    /// <inheritdoc/>
    public override string ToString() => $"RgbImage {Width}×{Height}";

    private int Offset(int x, int y)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height)
            throw new ArgumentOutOfRangeException(nameof(x), $"Pixel ({x}, {y}) lies outside a {Width}×{Height} picture.");
        return (y * Width + x) * 3;
    }
}
