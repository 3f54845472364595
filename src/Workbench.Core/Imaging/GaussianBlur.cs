using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>Separable Gaussian blur on tensors, differentiable; borders are mirrored without repeating the edge pixel.</summary>
public static class GaussianBlur
{
    /// <summary>The standard deviation that torchvision and OpenCV derive from a kernel size: 0.3·((k-1)/2 - 1) + 0.8 (1.1 for k = 5).</summary>
    public static double SigmaOf(int kernelSize) => 0.3 * ((kernelSize - 1) * 0.5 - 1) + 0.8;

    /// <summary>Normalised samples of the Gaussian, [kernelSize] float64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is even or not positive, or sigma is not positive.</exception>
    public static Tensor Kernel(int kernelSize, double sigma)
    {
        if (kernelSize < 1 || kernelSize % 2 == 0) throw new ArgumentOutOfRangeException(nameof(kernelSize), kernelSize, "Expected an odd size of at least 1.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        var at = arange(kernelSize, dtype: ScalarType.Float64) - (kernelSize - 1) / 2.0;
        var weights = (at.square() / (-2 * sigma * sigma)).exp();
        return weights / weights.sum();
    }

    /// <summary>Blurs with a kernel of <paramref name="kernelSize"/>.</summary>
    /// <param name="pixels">[N, C, H, W], float, any range.</param>
    /// <param name="kernelSize">Odd.</param>
    /// <param name="sigma">In pixels; by default <see cref="SigmaOf"/>.</param>
    /// <exception cref="ArgumentException">The picture is too small for the mirrored border.</exception>
    public static Tensor Blur(Tensor pixels, int kernelSize, double? sigma = null) => Blur(pixels, Kernel(kernelSize, sigma ?? SigmaOf(kernelSize)));

    /// <summary>Blurs by <paramref name="sigma"/> pixels with a kernel that reaches three standard deviations (or the picture's size).</summary>
    /// <param name="pixels">[N, C, H, W], float, any range.</param>
    /// <param name="sigma">In pixels.</param>
    public static Tensor Blur(Tensor pixels, double sigma)
    {
        var radius = Math.Min((int)Math.Ceiling(3 * sigma), (int)Math.Min(pixels.shape[2], pixels.shape[3]) - 1);
        return Blur(pixels, Kernel(2 * radius + 1, sigma));
    }

    private static Tensor Blur(Tensor pixels, Tensor kernel)
    {
        var (size, radius) = (kernel.shape[0], kernel.shape[0] / 2);
        if (radius >= Math.Min(pixels.shape[2], pixels.shape[3]))
            throw new ArgumentException($"A kernel of {size} needs pictures larger than {radius} pixels, got {pixels.shape[3]}×{pixels.shape[2]}.", nameof(pixels));
        var weights = kernel.to(pixels.dtype, pixels.device);
        var padded = nn.functional.pad(pixels, [radius, radius, radius, radius], PaddingModes.Reflect);
        var rows = OneDnn.ConvolveEach(padded, weights.view(1, size));
        return OneDnn.ConvolveEach(rows, weights.view(size, 1));
    }
}
