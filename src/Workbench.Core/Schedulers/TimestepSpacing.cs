namespace Workbench.Schedulers;

/// <summary>How the inference timesteps are picked from the training ones (Lin et al. 2023, table 2).</summary>
public enum TimestepSpacing
{
    /// <summary>Evenly between the first and the last timestep, both included.</summary>
    Linspace,

    /// <summary>Multiples of T/n counted from 0, plus an offset: never starts at the noisiest timestep.</summary>
    Leading,

    /// <summary>Multiples of T/n counted back from T: always starts at the noisiest timestep.</summary>
    Trailing,
}
