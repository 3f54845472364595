using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Blocks;

/// <summary>Sinusoidal timestep features (Ho et al. 2020, "Denoising Diffusion Probabilistic Models", after Vaswani et al. 2017).</summary>
public static class TimestepFeatures
{
    /// <summary>Computes the features.</summary>
    /// <param name="timesteps">[B], integer or float.</param>
    /// <param name="dimensions">Number of features D; an odd number gets a trailing zero.</param>
    /// <param name="flipSinToCos">True: [cos, sin]; false: [sin, cos].</param>
    /// <param name="frequencyShift">The diffusers <c>freq_shift</c> (<c>downscale_freq_shift</c>).</param>
    /// <param name="scale">Factor on the angle.</param>
    /// <param name="maxPeriod">Longest period.</param>
    /// <returns>[B, D], float32.</returns>
    public static Tensor Compute(Tensor timesteps, long dimensions, bool flipSinToCos, double frequencyShift, double scale = 1, double maxPeriod = 10000)
    {
        var half = dimensions / 2;
        var exponent = arange(half, dtype: ScalarType.Float32, device: timesteps.device) * (float)(-Math.Log(maxPeriod) / (half - frequencyShift));
        var angles = timesteps.to(ScalarType.Float32).unsqueeze(1) * exponent.exp().unsqueeze(0) * (float)scale;
        var features = flipSinToCos ? cat([angles.cos(), angles.sin()], -1) : cat([angles.sin(), angles.cos()], -1);
        return dimensions % 2 == 0 ? features : functional.pad(features, [0, 1, 0, 0]);
    }
}

/// <summary>Two-layer perceptron from sinusoidal features to the time embedding that every residual block reads.</summary>
internal sealed class TimestepEmbedding : NamedModule<Tensor, Tensor>
{
    private readonly Linear first, second;

    public TimestepEmbedding(long inChannels, long timeEmbedDim) : base(nameof(TimestepEmbedding))
    {
        register_module("linear_1", first = Linear(inChannels, timeEmbedDim));
        register_module("linear_2", second = Linear(timeEmbedDim, timeEmbedDim));
    }

    /// <summary>[B, in] → [B, timeEmbedDim].</summary>
    public override Tensor forward(Tensor features) => second.forward(functional.silu(first.forward(features)));
}
