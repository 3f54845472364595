using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Schedulers;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>The losses of a latent diffusion model as functions of pixels, differentiable through the autoencoder.</summary>
public static class PixelLoss
{
    /// <summary>The training loss of the diffusion model: what Anti-DreamBooth and AdvDM raise (method notes §3.1, §3.5).</summary>
    /// <param name="vae">The autoencoder; its scaling factor is applied.</param>
    /// <param name="unet">The denoising network.</param>
    /// <param name="schedule">Noise schedule and prediction type.</param>
    /// <param name="pixels">[B, 3, H, W] in [-1,1].</param>
    /// <param name="textStates">[B, T, D].</param>
    /// <param name="posteriorNoise">[B, 4, h, w]: samples the encoder's posterior.</param>
    /// <param name="noise">[B, 4, h, w]: the diffusion noise.</param>
    /// <param name="timesteps">[B] int64.</param>
    /// <returns>A scalar, float32.</returns>
    public static Tensor Diffusion(
        AutoencoderKL vae, UNet2DConditionModel unet, NoiseSchedule schedule,
        Tensor pixels, Tensor textStates, Tensor posteriorNoise, Tensor noise, Tensor timesteps) =>
        new DiffusionObjective { Vae = vae, UNet = unet, Schedule = schedule, TextStates = textStates }
            .Terms(pixels, new DiffusionDraws(posteriorNoise, noise, timesteps)).Loss;

    /// <summary>Mean squared distance of the encoder's mean to <paramref name="targetLatents"/>, both unscaled (PhotoGuard).</summary>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="pixels">[B, 3, H, W] in [-1,1].</param>
    /// <param name="targetLatents">[B, 4, h, w].</param>
    public static Tensor Encoder(AutoencoderKL vae, Tensor pixels, Tensor targetLatents) =>
        (vae.Encode(pixels).Mean - targetLatents).pow(2).mean();

    /// <summary>Mean squared distance of the reconstruction through the encoder's mean to <paramref name="targetImage"/>.</summary>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="pixels">[B, 3, H, W] in [-1,1].</param>
    /// <param name="targetImage">[B, 3, H, W] in [-1,1].</param>
    public static Tensor Reconstruction(AutoencoderKL vae, Tensor pixels, Tensor targetImage) =>
        (vae.Decode(vae.Encode(pixels).Mean) - targetImage).pow(2).mean();
}
