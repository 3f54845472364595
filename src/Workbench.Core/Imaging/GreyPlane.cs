namespace Workbench.Imaging;

/// <summary>A grey picture with summed-area tables: the sum over any rectangle in four look-ups (Crow 1984).</summary>
internal sealed class GreyPlane
{
    private readonly byte[] grey;
    private readonly double[] sums, squares;

    private GreyPlane(byte[] grey, int width, int height)
    {
        (this.grey, Width, Height) = (grey, width, height);
        (sums, squares) = (new double[(width + 1) * (height + 1)], new double[(width + 1) * (height + 1)]);
        for (var y = 0; y < height; y++)
        {
            double row = 0, rowSquares = 0;
            for (var x = 0; x < width; x++)
            {
                double value = grey[y * width + x];
                (row, rowSquares) = (row + value, rowSquares + value * value);
                var (at, above) = ((y + 1) * (width + 1) + x + 1, y * (width + 1) + x + 1);
                (sums[at], squares[at]) = (sums[above] + row, squares[above] + rowSquares);
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Brightness as the eye weighs it (ITU-R BT.601).</summary>
    public static GreyPlane Of(RgbImage image)
    {
        var grey = new byte[image.Width * image.Height];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)(0.299 * image.Pixels[3 * i] + 0.587 * image.Pixels[3 * i + 1] + 0.114 * image.Pixels[3 * i + 2] + 0.5);
        return new GreyPlane(grey, image.Width, image.Height);
    }

    /// <summary>Bilinear, without smoothing, as OpenCV resizes.</summary>
    public GreyPlane Resized(int width, int height)
    {
        if ((width, height) == (Width, Height)) return this;
        var result = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            var (y0, y1, dy) = Place(y, height, Height);
            for (var x = 0; x < width; x++)
            {
                var (x0, x1, dx) = Place(x, width, Width);
                var upper = grey[y0 * Width + x0] * (1 - dx) + grey[y0 * Width + x1] * dx;
                var lower = grey[y1 * Width + x0] * (1 - dx) + grey[y1 * Width + x1] * dx;
                result[y * width + x] = (byte)(upper * (1 - dy) + lower * dy + 0.5);
            }
        }
        return new GreyPlane(result, width, height);
    }

    public double Sum(int x, int y, int width, int height) => Over(sums, x, y, width, height);

    public double SumOfSquares(int x, int y, int width, int height) => Over(squares, x, y, width, height);

    private double Over(double[] table, int x, int y, int width, int height)
    {
        var (top, bottom) = (y * (Width + 1) + x, (y + height) * (Width + 1) + x);
        return table[bottom + width] - table[bottom] - table[top + width] + table[top];
    }

    private static (int First, int Second, double Share) Place(int at, int length, int source)
    {
        var place = Math.Clamp((at + 0.5) * source / length - 0.5, 0, source - 1);
        var first = (int)place;
        return (first, Math.Min(first + 1, source - 1), place - first);
    }
}
