using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
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

    /// <summary>States of the prompt, [1 or N, T, D], without a gradient.</summary>
    public required Tensor TextStates { get; init; }

    /// <summary>Which timesteps are attacked; null: uniform over the whole schedule.</summary>
    public TimestepChoice? Timesteps { get; init; }

    /// <summary>States of the negative prompt, [1, T, D]: the loss is then that of the guided prediction. Null: no guidance.</summary>
    public Tensor? NegativeStates { get; init; }

    /// <summary>Strength of guidance, where there are <see cref="NegativeStates"/>.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>The loss of pixels [N, 3, H, W] in [-1,1]; a <see cref="PixelObjective"/>.</summary>
    public Tensor Evaluate(Tensor pixels, RandomStream draws) => Terms(pixels, Draw(pixels, draws)).Loss;

    /// <summary>Draws posterior sample, noise and timestep, each picture's by itself.</summary>
    public DiffusionDraws Draw(Tensor pixels, RandomStream draws)
    {
        var count = pixels.shape[0];
        var factor = Vae.Config.SpatialFactor;
        long[] shape = [count, Vae.Config.LatentChannels, pixels.shape[2] / factor, pixels.shape[3] / factor];
        var posteriorNoise = draws.Normal(shape).to(pixels.device);
        var noise = draws.Normal(shape).to(pixels.device);
        var timesteps = (Timesteps?.Invoke((int)count, draws) ?? draws.Integers(0, Schedule.NumTrainTimesteps, count)).to(pixels.device);
        return new DiffusionDraws(posteriorNoise, noise, timesteps);
    }

    /// <summary>Encodes, noises and predicts.</summary>
    /// <param name="pixels">[N, 3, H, W] in [-1,1].</param>
    /// <param name="draws">Of <see cref="Draw"/>, for as many pictures.</param>
    public DiffusionTerms Terms(Tensor pixels, DiffusionDraws draws)
    {
        var sample = Vae.Encode(pixels).Sample(draws.PosteriorNoise);
        return TermsOf(ScaledLatents.Of(Vae.Config, sample), draws);
    }

    /// <summary>Noises scaled latents [N, C, h, w] and predicts.</summary>
    public DiffusionTerms TermsOf(Tensor latents, DiffusionDraws draws)
    {
        var noisy = Schedule.AddNoise(latents, draws.Noise, draws.Timesteps);
        var prediction = Predict(noisy, draws.Timesteps, TextStates);
        if (NegativeStates is { } negative) prediction = Guidance.Combine(Predict(noisy, draws.Timesteps, negative), prediction, GuidanceScale);
        return new DiffusionTerms(latents, noisy, prediction, Schedule.Target(latents, draws.Noise, draws.Timesteps), draws);
    }

    private Tensor Predict(Tensor noisy, Tensor timesteps, Tensor states) =>
        UNet.forward(noisy.to(states.dtype), timesteps, states.expand(noisy.shape[0], -1, -1)).to(ScalarType.Float32);
}
