namespace Workbench.Imaging;

/// <summary>PIL's <c>GaussianBlur</c>: three extended box filters a direction, rounded to 8 bits after each, borders repeated.</summary>
/// <remarks>Gwosdek et al. 2011, "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering", as PIL applies it.</remarks>
public static class PilGaussianBlur
{
    private const int Passes = 3;

    /// <summary>Blurs by <paramref name="radius"/>, which is the standard deviation in pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative.</exception>
    public static RgbImage Blur(RgbImage image, double radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        var box = BoxRadius(radius);
        var result = image.Clone();
        if (box <= 0) return result;
        for (var pass = 0; pass < Passes; pass++) Box(result, box, step: 3, count: image.Width, line: image.Width * 3, lines: image.Height);
        for (var pass = 0; pass < Passes; pass++) Box(result, box, step: image.Width * 3, count: image.Height, line: 3, lines: image.Width);
        return result;
    }

    /// <summary>Radius of the box filter, with a fraction, whose three passes have the wanted variance (equations 2.3 and 2.5 of the paper).</summary>
    internal static double BoxRadius(double sigma)
    {
        var variance = sigma * sigma / Passes;
        var whole = Math.Floor((Math.Sqrt(12 * variance + 1) - 1) / 2);
        return whole + (2 * whole + 1) * (whole * (whole + 1) - 3 * variance) / (6 * (variance - (whole + 1) * (whole + 1)));
    }

    private static void Box(RgbImage image, double radius, int step, int count, int line, int lines)
    {
        var whole = (int)radius;
        var (inner, outer) = (1 / (2 * radius + 1), (radius - whole) / (2 * radius + 1));
        var values = new double[count];
        for (var l = 0; l < lines; l++)
            for (var channel = 0; channel < 3; channel++)
            {
                var start = l * line + channel;
                for (var i = 0; i < count; i++) values[i] = image.Pixels[start + i * step];
                double At(int i) => values[Math.Clamp(i, 0, count - 1)];
                var sum = 0.0;
                for (var i = -whole; i <= whole; i++) sum += At(i);
                for (var i = 0; i < count; i++)
                {
                    image.Pixels[start + i * step] = (byte)(sum * inner + (At(i - whole - 1) + At(i + whole + 1)) * outer + 0.5);
                    sum += At(i + whole + 1) - At(i - whole);
                }
            }
    }
}
