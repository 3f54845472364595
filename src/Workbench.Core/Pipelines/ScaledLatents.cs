using Workbench.Imaging;
using Workbench.Models.Vae;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>The way from latents as a UNet sees them to pictures.</summary>
internal static class ScaledLatents
{
    /// <summary>The autoencoder's latents as the UNet sees them: shifted, then scaled.</summary>
    public static Tensor Of(AutoencoderKLConfig config, Tensor latents) => (latents - (config.ShiftFactor ?? 0)) * config.ScalingFactor;

    /// <summary>Decodes; large pictures one by one, whose states on the way are gigabytes.</summary>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="latents">[B, C, h, w], scaled.</param>
    /// <returns>[B, 3, f·h, f·w], about [-1,1], not clamped, float32, on the autoencoder's device; differentiable.</returns>
    public static Tensor Decode(AutoencoderKL vae, Tensor latents)
    {
        var (weight, factor) = (vae.parameters().First(), vae.Config.SpatialFactor);
        Tensor Decoded(Tensor part) => TensorScope.Run(
            () => vae.Decode((part / vae.Config.ScalingFactor + (vae.Config.ShiftFactor ?? 0)).to(weight.dtype, weight.device)).to(float32));
        var atOnce = PicturesAtOnce.Of(latents.shape[2] * factor, latents.shape[3] * factor, most: 16);
        return latents.shape[0] <= atOnce ? Decoded(latents) : TensorScope.Run(() => cat([.. latents.split(atOnce, 0).Select(Decoded)], 0));
    }
}
