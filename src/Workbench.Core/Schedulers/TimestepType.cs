namespace Workbench.Schedulers;

/// <summary>What <see cref="EulerDiscreteScheduler"/> tells the network about time.</summary>
public enum TimestepType
{
    /// <summary>The training timestep, 0 … T−1.</summary>
    Discrete,

    /// <summary>¼·log σ, for v-prediction networks trained that way.</summary>
    Continuous,
}
