using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Models.PixelDiffusion;

/// <summary>The hybrid objective L_simple + 0.001·L_vlb (Nichol and Dhariwal 2021, equation 16): the variance learns from the bound, the noise from its error.</summary>
public static class GuidedDiffusionLoss
{
    /// <summary>Mean of both terms over the batch: with 1000 timesteps the factor 0.001 and the sum over all of them cancel.</summary>
    /// <param name="chain">The full training chain.</param>
    /// <param name="output">The network's output [B, 3 or 6, H, W], float32.</param>
    /// <param name="x0">Clean pixels [B, 3, H, W] in [-1,1].</param>
    /// <param name="xt">Noisy pixels.</param>
    /// <param name="noise">The noise in them.</param>
    /// <param name="timesteps">One timestep a picture.</param>
    public static Tensor Hybrid(GuidedDiffusion chain, Tensor output, Tensor x0, Tensor xt, Tensor noise, IReadOnlyList<int> timesteps)
    {
        var (simple, bound) = Terms(chain, output, x0, xt, noise, timesteps);
        return simple.mean() + bound.mean() * (chain.Steps / 1000.0);
    }

    /// <summary>Squared error of the noise and, with learned sigma, the variational bound of that timestep in bits a dimension.</summary>
    /// <inheritdoc cref="Hybrid" path="/param"/>
    /// <returns>Two tensors [B]; the bound is 0 without learned sigma.</returns>
    public static (Tensor Simple, Tensor Bound) Terms(GuidedDiffusion chain, Tensor output, Tensor x0, Tensor xt, Tensor noise, IReadOnlyList<int> timesteps)
    {
        var channels = x0.shape[1];
        var predicted = output.narrow(1, 0, channels);
        var simple = (predicted - noise).pow(2).mean([1L, 2L, 3L]);
        if (output.shape[1] == channels) return (simple, zeros_like(simple));
        Tensor Column(Func<int, double> of) => tensor(timesteps.Select(of).ToArray(), ScalarType.Float64).to(x0.dtype, x0.device).view(-1, 1, 1, 1);
        // The bound must not move the mean: that is learned by the simple term alone.
        var signal = Column(t => Math.Sqrt(1 / chain.AlphaBar(t)));
        var denoised = (xt * signal - predicted.detach() * Column(t => Math.Sqrt(1 / chain.AlphaBar(t) - 1))).clamp(-1, 1);
        var low = Column(chain.PosteriorLogVariance);
        var logVariance = (output.narrow(1, channels, channels) + 1) * ((Column(t => Math.Log(chain.Beta(t))) - low) / 2) + low;
        var distance = (x0 - denoised) * Column(t => chain.PosteriorMean(t).X0);
        var divergence = (logVariance - low - 1 + (low - logVariance).exp() + distance.pow(2) * (-logVariance).exp()) * 0.5;
        // At timestep 0 the mean is the denoised picture itself.
        var likelihood = NegativeLogLikelihood(x0, denoised, logVariance);
        var bound = where(Column(t => t) == 0, likelihood, divergence).mean([1L, 2L, 3L]) / Math.Log(2);
        return (simple, bound);
    }

    /// <summary>Of 8-bit pixels under a Gaussian that is cut into 256 bins (Ho et al. 2020, equation 13), in nats.</summary>
    internal static Tensor NegativeLogLikelihood(Tensor x, Tensor mean, Tensor logVariance)
    {
        var (centered, inverse) = (x - mean, (logVariance * -0.5).exp());
        Tensor Below(double shift) => (((centered + shift) * inverse / Math.Sqrt(2)).erf() + 1) / 2;
        var (upper, lower) = (Below(1 / 255.0), Below(-1 / 255.0));
        var bin = where(x < -0.999, upper, where(x > 0.999, 1 - lower, upper - lower));
        return -bin.clamp_min(1e-12).log();
    }
}
