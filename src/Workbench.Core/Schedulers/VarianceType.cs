namespace Workbench.Schedulers;

/// <summary>Variance of the ancestral step of <see cref="DdpmScheduler"/>.</summary>
public enum VarianceType
{
    /// <summary>The posterior variance β̃, the lower bound.</summary>
    FixedSmall,

    /// <summary>The posterior variance, taken through its logarithm.</summary>
    FixedSmallLog,

    /// <summary>The forward variance β, the upper bound.</summary>
    FixedLarge,

    /// <summary>The forward variance, taken through its logarithm.</summary>
    FixedLargeLog,

    /// <summary>The network's second half of channels is the variance.</summary>
    Learned,

    /// <summary>The network's second half of channels interpolates log β̃ … log β (Nichol and Dhariwal 2021, equation 15).</summary>
    LearnedRange,
}
