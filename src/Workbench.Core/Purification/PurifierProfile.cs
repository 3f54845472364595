namespace Workbench.Purification;

/// <summary>Names of the <see cref="PurifierSettings"/> that there are.</summary>
public enum PurifierProfile
{
    /// <summary>The published settings, for real photos and real Stable Diffusion.</summary>
    Paper,

    /// <summary>For the mini world's models.</summary>
    MiniWorld,

    /// <summary>Seconds on a CPU; shows that a chain runs, measures nothing.</summary>
    Smoke,

    /// <summary>What the compared code really does, where that differs from what it says.</summary>
    Released,
}
