using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>The frequency content of a residual: log-magnitude of its 2-D Fourier transform, zero frequency in the middle.</summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public static class Spectrum
{
    /// <summary>log(1 + |F|) averaged over channels (and pictures), shifted so that low frequencies lie in the middle.</summary>
    /// <param name="residual">[N, C, H, W] or [C, H, W], float, any range: for example protected minus clean pixels.</param>
    /// <returns>[H, W] float32, not negative. The transform is orthonormal, so that sizes compare.</returns>
    public static Tensor LogMagnitude(Tensor residual) => TensorScope.Inference(() =>
    {
        var planes = residual.to(ScalarType.Float32).reshape(-1, residual.shape[^2], residual.shape[^1]);
        var magnitude = fft.fft2(planes, norm: FFTNormType.Ortho).abs();
        return (magnitude * 255).log1p().mean([0]).roll([residual.shape[^2] / 2, residual.shape[^1] / 2], [0, 1]);
    });

    /// <summary>The spectrum as a grey picture: black is nothing, white is <paramref name="ceiling"/>.</summary>
    /// <param name="residual">[N, C, H, W] or [C, H, W], float, pixel differences in units of [0,1].</param>
    /// <param name="ceiling">The log-magnitude shown white; null takes the largest present. Give one to compare several pictures.</param>
    public static RgbImage Of(Tensor residual, double? ceiling = null)
    {
        var values = TensorScope.Value(() =>
        {
            var log = LogMagnitude(residual);
            return (log / (ceiling ?? Math.Max(1e-6, log.max().item<float>()))).clamp(0, 1).mul(255).round().to(ScalarType.Byte).data<byte>().ToArray();
        });
        var image = new RgbImage((int)residual.shape[^1], (int)residual.shape[^2]);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = values[i / 3];
        return image;
    }

    /// <summary>Spectrum of what was changed between two batches.</summary>
    public static RgbImage Of(ImageBatch original, ImageBatch changed, double? ceiling = null)
    {
        using var residual = TensorScope.Inference(() => changed.Unit - original.Unit);
        return Of(residual, ceiling);
    }
}
