using SkiaSharp;
using Workbench.Imaging;

namespace Workbench.Worlds;

/// <summary>Degrades pictures: noise, patterns, blur, low resolution, JPEG artefacts, low contrast.</summary>
public static class Degrader
{
    /// <summary>A degraded copy of a 64×64 picture.</summary>
    /// <param name="image">The picture, 64×64.</param>
    /// <param name="degradation">What to do to it.</param>
    /// <exception cref="ArgumentException">The picture is not 64×64.</exception>
    public static RgbImage Apply(RgbImage image, Degradation degradation)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(degradation);
        if (image.Width != Textures.Side || image.Height != Textures.Side)
            throw new ArgumentException($"expected a picture of 64×64, got {image.Width}×{image.Height}; resize it first", nameof(image));
        var result = degradation.Kind switch
        {
            DegradationKind.Noise or DegradationKind.Pattern => Overlay(image, degradation),
            DegradationKind.Blur => Blur(image, degradation.Strength),
            DegradationKind.LowResolution => Resample(image, degradation.Strength),
            DegradationKind.Jpeg => Jpeg(image, (int)degradation.Strength),
            DegradationKind.LowContrast => Fade(image, degradation),
            _ => throw new ArgumentException($"unknown degradation {degradation.Kind}", nameof(degradation)),
        };
        return degradation.Then is { } then ? Apply(result, then) : result;
    }

    /// <summary>Gaussian blur with clamped borders.</summary>
    internal static RgbImage Blur(RgbImage image, float sigma)
    {
        int n = image.Width, radius = Math.Max(1, (int)MathF.Ceiling(2.5f * sigma));
        Span<float> kernel = stackalloc float[2 * radius + 1];
        var total = 0f;
        for (var i = -radius; i <= radius; i++) total += kernel[i + radius] = MathF.Exp(-i * i / (2 * sigma * sigma));
        for (var i = 0; i < kernel.Length; i++) kernel[i] /= total;
        var source = image.Pixels;
        var across = new float[source.Length];
        for (var y = 0; y < n; y++)
            for (var x = 0; x < n; x++)
            {
                float r = 0, g = 0, b = 0;
                for (var i = -radius; i <= radius; i++)
                {
                    var s = (y * n + Math.Clamp(x + i, 0, n - 1)) * 3;
                    var k = kernel[i + radius];
                    r += k * source[s];
                    g += k * source[s + 1];
                    b += k * source[s + 2];
                }
                var d = (y * n + x) * 3;
                across[d] = r;
                across[d + 1] = g;
                across[d + 2] = b;
            }
        var pixels = new byte[source.Length];
        Span<float> row = stackalloc float[n * 3];
        for (var y = 0; y < n; y++)
        {
            row.Fill(0.5f);
            for (var i = -radius; i <= radius; i++)
            {
                var line = across.AsSpan(Math.Clamp(y + i, 0, n - 1) * n * 3, n * 3);
                var k = kernel[i + radius];
                for (var j = 0; j < row.Length; j++) row[j] += k * line[j];
            }
            for (var j = 0; j < row.Length; j++) pixels[y * n * 3 + j] = (byte)row[j];
        }
        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static RgbImage Overlay(RgbImage image, Degradation degradation)
    {
        var random = new WorldRandom(degradation.Detail);
        Span<float> field = new float[image.Pixels.Length];
        Textures.Fill(degradation.Texture, ref random, field);
        var pixels = new byte[field.Length];
        // Gaussian noise of standard deviation 0.6 has about the energy of uniform noise of the same amplitude.
        var amplitude = degradation.Strength * (degradation.Texture is Texture.Gaussian or Texture.Grain ? 0.6f : 1f);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(image.Pixels[i] + amplitude * field[i] + 0.5f, 0f, 255f);
        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static RgbImage Resample(RgbImage image, float factor)
    {
        var small = Math.Max(4, (int)(image.Width / factor));
        var smooth = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var bitmap = ToBitmap(image);
        using var down = bitmap.Resize(new SKImageInfo(small, small, SKColorType.Rgba8888, SKAlphaType.Opaque), smooth);
        var nearest = (int)(factor * 1000) % 2 == 0;
        using var up = down.Resize(bitmap.Info, nearest ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKFilterMode.Linear));
        return FromBitmap(up);
    }

    private static RgbImage Jpeg(RgbImage image, int quality)
    {
        using var bitmap = ToBitmap(image);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        using var decoded = SKBitmap.Decode(data.AsSpan(), bitmap.Info);
        return FromBitmap(decoded);
    }

    private static RgbImage Fade(RgbImage image, Degradation degradation)
    {
        var random = new WorldRandom(degradation.Detail);
        var grey = random.Range(90, 190);
        var pixels = new byte[image.Pixels.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(grey + (image.Pixels[i] - grey) * degradation.Strength + 0.5f);
        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (int s = 0, d = 0; s < image.Pixels.Length; s += 3, d += 4)
        {
            target[d] = image.Pixels[s];
            target[d + 1] = image.Pixels[s + 1];
            target[d + 2] = image.Pixels[s + 2];
            target[d + 3] = 255;
        }
        return bitmap;
    }

    private static RgbImage FromBitmap(SKBitmap bitmap)
    {
        var source = bitmap.GetPixelSpan();
        var pixels = new byte[bitmap.Width * bitmap.Height * 3];
        for (int s = 0, d = 0; d < pixels.Length; s += 4, d += 3)
        {
            pixels[d] = source[s];
            pixels[d + 1] = source[s + 1];
            pixels[d + 2] = source[s + 2];
        }
        return new RgbImage(bitmap.Width, bitmap.Height, pixels);
    }
}
