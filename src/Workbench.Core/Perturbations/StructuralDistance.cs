using Workbench.Imaging;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// A perceptual distance that needs no trained network: (1 - SSIM) / 2 with Gaussian windows (Wang et al. 2004), differentiable. Stands in for
/// LPIPS, whose weights cannot be shipped; its values are smaller than LPIPS's for the same pictures.
/// </summary>
public static class StructuralDistance
{
    /// <summary>Mean distance of the pairs, a scalar in [0, 1]; 0 for equal pictures.</summary>
    /// <param name="a">[N, 3, H, W] in [-1,1].</param>
    /// <param name="b">The same shape and range.</param>
    public static Tensor Of(Tensor a, Tensor b)
    {
        const double Sigma = 1.5, C1 = 0.02 * 0.02, C2 = 0.06 * 0.06;                     // range 2
        Tensor Blur(Tensor x) => GaussianBlur.Blur(x, Sigma);
        // SSIM's luminance term wants pixels that start at zero.
        var (x, y) = (a + 1, b + 1);
        var (meanX, meanY) = (Blur(x), Blur(y));
        var (varianceX, varianceY) = (Blur(x * x) - meanX * meanX, Blur(y * y) - meanY * meanY);
        var covariance = Blur(x * y) - meanX * meanY;
        var similarity = (2 * meanX * meanY + C1) * (2 * covariance + C2) / ((meanX.square() + meanY.square() + C1) * (varianceX + varianceY + C2));
        return (1 - similarity).mean() / 2;
    }
}
