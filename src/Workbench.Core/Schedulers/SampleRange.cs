using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>Keeps the estimate of the clean sample in range: fixed clipping, or dynamic thresholding (Imagen, section 2.3).</summary>
internal static class SampleRange
{
    /// <summary>Applies what the configuration asks for; dynamic thresholding wins over clipping.</summary>
    public static Tensor Limit(Tensor x0, SchedulerConfig config)
    {
        if (config.Thresholding) return Threshold(x0, config.DynamicThresholdingRatio, config.SampleMaxValue);
        return config.ClipSample ? x0.clamp(-config.ClipSampleRange, config.ClipSampleRange) : x0;
    }

    /// <summary>Clips every sample to ±s and divides by s, where s is a quantile of its |x0|, kept in [1, <paramref name="max"/>].</summary>
    public static Tensor Threshold(Tensor x0, double ratio, double max)
    {
        var flat = x0.reshape(x0.shape[0], -1);
        var bound = quantile(flat.abs(), tensor(ratio, dtype: flat.dtype, device: flat.device), dim: 1, keepdim: true).clamp(1, Math.Max(1, max));
        return (minimum(maximum(flat, -bound), bound) / bound).reshape(x0.shape);
    }
}
