using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Draws one timestep a picture.</summary>
/// <param name="count">Number of pictures.</param>
/// <param name="draws">Randomness of the step.</param>
/// <returns>[count] int64.</returns>
public delegate Tensor TimestepChoice(int count, RandomStream draws);

/// <summary>
/// The diffusion training loss as an attack's objective: posterior sample, noise and timestep are drawn anew at every step and for each
/// picture by itself; nothing is averaged over draws.
/// </summary>
public sealed record DiffusionObjective
{
    /// <summary>The autoencoder, float32.</summary>
    public required AutoencoderKL Vae { get; init; }

    /// <summary>The denoising network; computes in the dtype of <see cref="TextStates"/>.</summary>
    public required UNet2DConditionModel UNet { get; init; }

    /// <summary>Noise schedule and prediction type.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>States of the prompt, [1, T, D], without a gradient.</summary>
    public required Tensor TextStates { get; init; }

    /// <summary>Which timesteps are attacked; null: uniform over the whole schedule.</summary>
    public TimestepChoice? Timesteps { get; init; }

    /// <summary>The loss of pixels [N, 3, H, W] in [-1,1]; a <see cref="PixelObjective"/>.</summary>
    public Tensor Evaluate(Tensor pixels, RandomStream draws)
    {
        var count = pixels.shape[0];
        var factor = Vae.Config.SpatialFactor;
        long[] shape = [count, Vae.Config.LatentChannels, pixels.shape[2] / factor, pixels.shape[3] / factor];
        var posteriorNoise = draws.Normal(shape).to(pixels.device);
        var noise = draws.Normal(shape).to(pixels.device);
        var timesteps = (Timesteps?.Invoke((int)count, draws) ?? draws.Integers(0, Schedule.NumTrainTimesteps, count)).to(pixels.device);
        return PixelLoss.Diffusion(Vae, UNet, Schedule, pixels, TextStates.expand(count, -1, -1), posteriorNoise, noise, timesteps);
    }
}
