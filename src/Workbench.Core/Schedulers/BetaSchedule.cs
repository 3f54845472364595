namespace Workbench.Schedulers;

/// <summary>How the noise variances β grow over the training timesteps.</summary>
public enum BetaSchedule
{
    /// <summary>β linear from start to end (Ho et al. 2020).</summary>
    Linear,

    /// <summary>√β linear from √start to √end (latent diffusion, Stable Diffusion).</summary>
    ScaledLinear,

    /// <summary>ᾱ a squared cosine, β capped at 0.999 (Nichol and Dhariwal 2021).</summary>
    SquaredcosCapV2,

    /// <summary>β a sigmoid from start to end (GeoDiff).</summary>
    Sigmoid,
}
