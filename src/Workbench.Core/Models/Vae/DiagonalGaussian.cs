using static TorchSharp.torch;

namespace Workbench.Models.Vae;

/// <summary>The encoder's posterior q(z|x), a Gaussian with diagonal covariance (Kingma and Welling 2014).</summary>
/// <param name="Mean">[B, latent, H/f, W/f].</param>
/// <param name="LogVar">Same shape, clamped to [-30, 20].</param>
public sealed record DiagonalGaussian(Tensor Mean, Tensor LogVar)
{
    /// <summary>Splits the encoder's moments [B, 2·latent, h, w] into mean and log-variance.</summary>
    public static DiagonalGaussian FromMoments(Tensor moments)
    {
        var halves = moments.chunk(2, 1);
        return new DiagonalGaussian(halves[0], halves[1].clamp(-30, 20));
    }

    /// <summary>Standard deviation, same shape as <see cref="Mean"/>.</summary>
    public Tensor Std => (LogVar * 0.5).exp();

    /// <summary>The most likely latent, unscaled.</summary>
    public Tensor Mode => Mean;

    /// <summary>Mean + std · <paramref name="noise"/>, unscaled; noise is standard normal of the same shape.</summary>
    public Tensor Sample(Tensor noise) => Mean + Std * noise;

    /// <summary>KL divergence to the standard normal, summed over a picture: [B].</summary>
    public Tensor KullbackLeibler() => 0.5 * (Mean.pow(2) + LogVar.exp() - 1 - LogVar).sum([1L, 2L, 3L]);
}
