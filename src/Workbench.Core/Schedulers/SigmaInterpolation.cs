namespace Workbench.Schedulers;

/// <summary>How <see cref="EulerDiscreteScheduler"/> reads noise levels between two training timesteps.</summary>
public enum SigmaInterpolation
{
    /// <summary>Linear in σ at the chosen timesteps.</summary>
    Linear,

    /// <summary>Evenly in log σ between the largest and the smallest level, whatever the timesteps.</summary>
    LogLinear,
}
