using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>The Gaussian q(x_s | x_t, x_0) of a diffusion chain, s before t.</summary>
/// <remarks>Ho et al. 2020, equations 6 and 7, for any two timesteps.</remarks>
/// <param name="OfX0">Weight of x_0 in the mean.</param>
/// <param name="OfXt">Weight of x_t in the mean.</param>
/// <param name="Variance">β̃, the variance; 0 where s is the clean sample.</param>
/// <param name="Beta">β of the step from s to t.</param>
internal readonly record struct DdpmPosterior(double OfX0, double OfXt, double Variance, double Beta)
{
    /// <summary>Of the step between two noise levels.</summary>
    /// <param name="alphaBar">ᾱ at t, below 1.</param>
    /// <param name="before">ᾱ at s; 1 where s is the clean sample.</param>
    public static DdpmPosterior Between(double alphaBar, double before)
    {
        var beta = 1 - alphaBar / before;
        return new(
            OfX0: Math.Sqrt(before) * beta / (1 - alphaBar), OfXt: Math.Sqrt(1 - beta) * (1 - before) / (1 - alphaBar),
            Variance: (1 - before) / (1 - alphaBar) * beta, Beta: beta);
    }

    /// <summary>The mean; both tensors of one shape.</summary>
    public Tensor Mean(Tensor x0, Tensor xt) => OfX0 * x0 + OfXt * xt;
}
