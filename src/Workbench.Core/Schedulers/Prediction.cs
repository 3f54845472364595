using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>What a network's output says of x_0 and of the noise in x_t = signal·x_0 + sigma·noise, signal² + sigma² = 1.</summary>
/// <remarks>Salimans and Ho 2022, appendix D. All return tensors that do not share the output's handle.</remarks>
internal static class Prediction
{
    /// <summary>The clean sample that an output implies.</summary>
    /// <param name="type">What the output stands for.</param>
    /// <param name="output">The network's output [B, …].</param>
    /// <param name="xt">The noisy sample, same shape.</param>
    /// <param name="signal">√ᾱ, a number or [B, 1, …].</param>
    /// <param name="sigma">√(1−ᾱ), likewise.</param>
    public static Tensor X0(PredictionType type, Tensor output, Tensor xt, Tensor signal, Tensor sigma) => type switch
    {
        PredictionType.Epsilon => (xt - sigma * output) / signal,
        PredictionType.VPrediction => signal * xt - sigma * output,
        _ => output.alias(),
    };

    /// <summary>The noise that an output implies; arguments as in <see cref="X0"/>.</summary>
    public static Tensor Noise(PredictionType type, Tensor output, Tensor xt, Tensor signal, Tensor sigma) => type switch
    {
        PredictionType.Epsilon => output.alias(),
        PredictionType.VPrediction => signal * output + sigma * xt,
        _ => (xt - signal * output) / sigma,
    };
}
