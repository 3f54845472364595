using MathNet.Numerics;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>The 36 natural-scene statistics of BRISQUE (Mittal, Moorthy, Bovik 2012).</summary>
/// <remarks>
/// 18 at full and 18 at half size: shape and variance of a generalised Gaussian fitted to the contrast-normalised luma, then for the
/// products with four neighbours the shape, mean and left and right variance of an asymmetric one.
/// </remarks>
public static class BrisqueFeatures
{
    /// <summary>Number of features.</summary>
    public const int Count = 36;

    private const double FirstShape = 0.2, ShapeStep = 0.001, MachineEpsilon = 2.220446049250313e-16;
    private static readonly (int Down, int Right)[] Shifts = [(0, 1), (1, 0), (1, 1), (-1, 1)];

    // Moment ratios by shape, from 0.2 to 10: E[x²]/E[|x|]² of the symmetric density; its inverse serves the asymmetric one.
    private static readonly double[] MomentRatios = [.. Enumerable.Range(0, 9801).Select(i => Shape(i))
        .Select(a => Math.Exp(SpecialFunctions.GammaLn(1 / a) + SpecialFunctions.GammaLn(3 / a) - 2 * SpecialFunctions.GammaLn(2 / a)))];

    private static readonly double[] InverseRatios = Array.ConvertAll(MomentRatios, ratio => 1 / ratio);

    /// <summary>Features of every picture.</summary>
    /// <param name="unit">[N, 3, H, W] float, pixels in [0,1], sides of at least 16.</param>
    /// <param name="convention">Whose details to follow.</param>
    /// <returns>One row of 36 a picture.</returns>
    public static double[][] Of(Tensor unit, BrisqueConvention convention = BrisqueConvention.IqaPytorch)
    {
        if (Math.Min(unit.shape[2], unit.shape[3]) < 16) throw new ArgumentException($"BRISQUE needs pictures of at least 16×16, got {unit.shape[3]}×{unit.shape[2]}.", nameof(unit));
        using var guard = no_grad();
        return [.. Enumerable.Range(0, (int)unit.shape[0]).Select(i => TensorScope.Value(() =>
        {
            var plane = Luma(unit.narrow(0, i, 1));
            return (double[])[.. Statistics(plane, convention), .. Statistics(Half(plane, convention), convention)];
        }))];
    }

    /// <summary>BT.601 luma on 0 … 255, rounded: [N, 1, H, W] float64.</summary>
    /// <remarks>The weights have float32 precision, as in the reference: exact halves are common in 8-bit pictures and fall by that.</remarks>
    internal static Tensor Luma(Tensor unit) =>
        (unit.to(ScalarType.Float64) * tensor(new double[] { 0.299f, 0.587f, 0.114f }).view(1, 3, 1, 1)).sum(1, keepdim: true).mul(255).round();

    /// <summary>Mean-subtracted, contrast-normalised values: (x - local mean) / (local deviation + 1) in a 7×7 Gaussian window.</summary>
    internal static Tensor Normalize(Tensor luma, BrisqueConvention convention)
    {
        var window = GaussianBlur.Kernel(7, 7.0 / 6);
        window = window.outer(window).view(1, 1, 7, 7);
        var padded = nn.functional.pad(luma, [3, 3, 3, 3], convention is BrisqueConvention.OpenCv ? PaddingModes.Replicate : PaddingModes.Constant);
        var mean = nn.functional.conv2d(padded, window);
        var variance = (nn.functional.conv2d(padded.square(), window) - mean.square()).abs();
        return (luma - mean) / ((variance + MachineEpsilon).sqrt() + 1);
    }

    /// <summary>Half size by bicubic interpolation; values are not rounded.</summary>
    internal static Tensor Half(Tensor luma, BrisqueConvention convention) =>
        Halving(luma.shape[2], convention).matmul(luma).matmul(Halving(luma.shape[3], convention).t());

    private static double[] Statistics(Tensor luma, BrisqueConvention convention)
    {
        var normal = Normalize(luma, convention);
        var features = new List<double>(Count / 2);
        features.AddRange(convention is BrisqueConvention.OpenCv ? MeanVariance(Asymmetric(normal)) : Symmetric(normal));
        foreach (var (down, right) in Shifts) features.AddRange(Asymmetric(normal * Shift(normal, down, right, convention)));
        return [.. features];
    }

    // What lies beyond the border is the other side, or zero.
    private static Tensor Shift(Tensor plane, int down, int right, BrisqueConvention convention)
    {
        if (convention is BrisqueConvention.IqaPytorch) return plane.roll([down, right], [2, 3]);
        var (height, width) = (plane.shape[2], plane.shape[3]);
        return nn.functional.pad(plane, [1, 1, 1, 1]).narrow(2, 1 + down, height).narrow(3, 1 + right, width);
    }

    private static double[] Symmetric(Tensor values)
    {
        var variance = values.square().mean().item<double>();
        return [Nearest(MomentRatios, variance / Math.Pow(values.abs().mean().item<double>(), 2)), variance];
    }

    private static double[] MeanVariance(double[] asymmetric) => [asymmetric[0], (asymmetric[2] + asymmetric[3]) / 2];

    // Shape, mean, left variance, right variance by moment matching.
    private static double[] Asymmetric(Tensor products)
    {
        var (left, right) = (Deviation(products, products.lt(0)), Deviation(products, products.gt(0)));
        var (asymmetry, ratio) = (left / right, Math.Pow(products.abs().mean().item<double>(), 2) / products.square().mean().item<double>());
        var normalized = ratio * (Math.Pow(asymmetry, 3) + 1) * (asymmetry + 1) / Math.Pow(asymmetry * asymmetry + 1, 2);
        var shape = Nearest(InverseRatios, normalized);
        var (one, two, three) = (SpecialFunctions.GammaLn(1 / shape), SpecialFunctions.GammaLn(2 / shape), SpecialFunctions.GammaLn(3 / shape));
        return [shape, (right - left) * Math.Exp(two - (one + three) / 2), left * left, right * right];
    }

    // Flat pictures have no product of either sign: a tiny deviation keeps their features finite.
    private static double Deviation(Tensor values, Tensor mask) =>
        Math.Sqrt((values * mask).square().sum().item<double>() / Math.Max(1, mask.sum().item<long>()) + 1e-16);

    private static double Nearest(double[] table, double value)
    {
        var best = 0;
        for (var i = 1; i < table.Length; i++) if (Math.Abs(table[i] - value) < Math.Abs(table[best] - value)) best = i;
        return Shape(best);
    }

    private static double Shape(int index) => FirstShape + ShapeStep * index;

    // Row i holds the weights of output i. The published halving widens the kernel and mirrors the border, OpenCV's does neither.
    private static Tensor Halving(long length, BrisqueConvention convention)
    {
        var widened = convention is BrisqueConvention.IqaPytorch;
        var (outputs, reach) = widened ? ((length + 1) / 2, 3) : (length / 2, 1);
        var step = widened ? 2.0 : (double)length / outputs;
        var weights = new double[outputs, length];
        for (var to = 0L; to < outputs; to++)
        {
            var centre = (to + 0.5) * step - 0.5;
            var first = (long)Math.Floor(centre) - reach;
            for (var from = first; from <= first + 2 * reach + 1; from++)
                weights[to, widened ? Mirror(from, length) : Math.Clamp(from, 0, length - 1)] += widened ? Cubic((centre - from) / 2, -0.5) : Cubic(centre - from, -0.75);
        }
        var matrix = tensor(weights);
        return matrix / matrix.sum(1, keepdim: true);
    }

    private static long Mirror(long at, long length)
    {
        var folded = (at % (2 * length) + 2 * length) % (2 * length);
        return folded < length ? folded : 2 * length - 1 - folded;
    }

    // Keys' cubic convolution kernel.
    private static double Cubic(double x, double a)
    {
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
