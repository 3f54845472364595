namespace Workbench.Schedulers;

/// <summary>The choices of a sampling run that are not part of <c>scheduler_config.json</c>.</summary>
public sealed record StepOptions
{
    /// <summary>DDIM's η: 0 deterministic, 1 as noisy as DDPM. Used by <see cref="DdimScheduler"/>.</summary>
    public double Eta { get; init; }

    /// <summary>Recompute ε from the clipped x0 estimate. Used by <see cref="DdimScheduler"/>.</summary>
    public bool UseClippedModelOutput { get; init; }

    /// <summary>Total noise re-injected over the run (Karras et al. 2022, S_churn). Used by <see cref="EulerDiscreteScheduler"/>.</summary>
    public double Churn { get; init; }

    /// <summary>Smallest σ at which noise is re-injected (S_tmin).</summary>
    public double ChurnMin { get; init; }

    /// <summary>Largest σ at which noise is re-injected (S_tmax).</summary>
    public double ChurnMax { get; init; } = double.PositiveInfinity;

    /// <summary>Factor on the re-injected noise (S_noise).</summary>
    public double ChurnNoise { get; init; } = 1;
}
