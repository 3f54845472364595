using TorchSharp;
using Workbench.Imaging;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>PIL's separable, antialiased resizing as two matrix products, so that gradients flow through it.</summary>
internal static class TensorResize
{
    /// <summary>[N, C, H, W] in [0,1] to [N, C, height, width], clipped to [0,1] as 8-bit pixels are.</summary>
    public static Tensor Resize(Tensor pixels, int height, int width, Resampling resampling)
    {
        int fromHeight = (int)pixels.shape[2], fromWidth = (int)pixels.shape[3];
        var x = pixels;
        if (width != fromWidth) x = x.matmul(Matrix(fromWidth, width, resampling, x).t()).clamp(0, 1);
        if (height != fromHeight) x = Matrix(fromHeight, height, resampling, x).matmul(x).clamp(0, 1);
        return x;
    }

    /// <summary>Row i holds the weights of the source positions in target position i: [to, from].</summary>
    private static Tensor Matrix(int from, int to, Resampling resampling, Tensor like)
    {
        var kernel = ResampleKernel.Of(from, to, resampling);
        var matrix = new float[to, from];
        for (var position = 0; position < to; position++)
        {
            var (first, weights) = kernel[position];
            for (var i = 0; i < weights.Length; i++) matrix[position, first + i] = (float)(weights[i] / (2.0 * ResampleKernel.Half));
        }
        return tensor(matrix).to(like.dtype, like.device);
    }
}
