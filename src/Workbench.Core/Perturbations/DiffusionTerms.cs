using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>The randomness of one evaluation of a diffusion loss; one row a picture.</summary>
/// <param name="PosteriorNoise">[N, C, h, w]: samples the encoder's posterior.</param>
/// <param name="Noise">[N, C, h, w]: the diffusion noise ε.</param>
/// <param name="Timesteps">[N] int64.</param>
public sealed record DiffusionDraws(Tensor PosteriorNoise, Tensor Noise, Tensor Timesteps);

/// <summary>What a diffusion loss is made of, so that methods can build their own from it; differentiable, float32.</summary>
/// <param name="Latents">Scaled latents z of the pictures, [N, C, h, w].</param>
/// <param name="Noisy">z at the timesteps.</param>
/// <param name="Prediction">The network's output.</param>
/// <param name="Target">What it should have been: ε, or v.</param>
/// <param name="Draws">The randomness.</param>
public sealed record DiffusionTerms(Tensor Latents, Tensor Noisy, Tensor Prediction, Tensor Target, DiffusionDraws Draws)
{
    /// <summary>The mean squared error over everything, a scalar.</summary>
    public Tensor Loss => (Prediction - Target).pow(2).mean();

    /// <summary>The mean squared error of each picture, [N].</summary>
    public Tensor PerImage => (Prediction - Target).pow(2).mean([1L, 2L, 3L]);
}
