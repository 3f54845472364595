namespace Workbench.Imaging;

/// <summary>For every output position of one axis: the first source position and the weights from there on, in 22-bit fixed point.</summary>
internal sealed class ResampleKernel
{
    private const int FractionBits = 22;
    private readonly int[] first;
    private readonly int[][] weights;

    private ResampleKernel(int length) => (first, weights) = (new int[length], new int[length][]);

    /// <summary>Half a unit: start sums here so that <see cref="ToByte"/> rounds.</summary>
    public const int Half = 1 << (FractionBits - 1);

    /// <summary>Number of output positions.</summary>
    public int Length => first.Length;

    /// <summary>First source position and weights of one output position.</summary>
    public (int First, int[] Weights) this[int position] => (first[position], weights[position]);

    /// <summary>The sum of 8-bit values times weights, back in 8 bits.</summary>
    public static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>Weights that take <paramref name="from"/> positions to <paramref name="to"/>.</summary>
    public static ResampleKernel Of(int from, int to, Resampling resampling)
    {
        var (filter, radius) = Filter(resampling);
        double scale = (double)from / to, widening = Math.Max(1, scale), support = radius * widening;
        var kernel = new ResampleKernel(to);
        for (var position = 0; position < to; position++)
        {
            var centre = (position + 0.5) * scale;
            var low = Math.Max(0, (int)(centre - support + 0.5));
            var high = Math.Min(from, (int)(centre + support + 0.5));
            var values = new double[high - low];
            for (var i = 0; i < values.Length; i++) values[i] = filter((i + low - centre + 0.5) / widening);
            var sum = values.Sum();
            kernel.first[position] = low;
            kernel.weights[position] = Array.ConvertAll(values, v => (int)Math.Round(v / sum * (1 << FractionBits), MidpointRounding.AwayFromZero));
        }
        return kernel;
    }

    private static (Func<double, double> Filter, double Radius) Filter(Resampling resampling) => resampling switch
    {
        Resampling.Box => (x => x is > -0.5 and <= 0.5 ? 1 : 0, 0.5),
        Resampling.Bilinear => (x => Math.Max(0, 1 - Math.Abs(x)), 1),
        Resampling.Bicubic => (Cubic, 2),
        Resampling.Lanczos => (x => Math.Abs(x) < 3 ? Sinc(x) * Sinc(x / 3) : 0, 3),
        _ => throw new ArgumentOutOfRangeException(nameof(resampling), resampling, "Expected a kernel with weights."),
    };

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
