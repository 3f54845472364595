namespace Workbench.Purification;

/// <summary>How a <see cref="CodeFormerPurifier"/> restores.</summary>
public sealed record CodeFormerOptions : IPurifierOptions
{
    /// <summary>The paper's setting: fidelity weight 0.5.</summary>
    public static CodeFormerOptions Paper { get; } = new();

    /// <summary>Fidelity weight w in [0,1]: 0 trusts the codebook alone, 1 follows the input most.</summary>
    public double FidelityWeight { get; init; } = 0.5;

    /// <summary>Gives the codes the statistics of the input's features, as the published program does.</summary>
    public bool AdaptiveInstanceNormalization { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(FidelityWeight is >= 0 and <= 1)) throw new ArgumentException($"CodeFormer: the fidelity weight is {FidelityWeight}, expected 0 to 1.");
    }
}
