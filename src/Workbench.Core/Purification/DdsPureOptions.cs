using Workbench.Models.PixelDiffusion;

namespace Workbench.Purification;

/// <summary>How much noise <see cref="DdsPure"/> takes a perturbation for.</summary>
public sealed record DdsPureOptions : IPurifierOptions
{
    /// <summary>The paper's perturbation of 11/255, in the network's range: the noise is as large as the perturbation.</summary>
    public static DdsPureOptions Paper { get; } = new() { DoubledForSignedPixels = true };

    /// <summary>As <see cref="Paper"/>.</summary>
    public static DdsPureOptions MiniWorld { get; } = Paper;

    /// <summary>Six steps a picture.</summary>
    public static DdsPureOptions Smoke { get; } = Paper with { Levels = 4 };

    /// <summary>What the compared code does: the timestep counts a respaced chain, pixels lie in [0,1] and so does δ, the last step is left out.</summary>
    public static DdsPureOptions Released { get; } = new() { Chain = PixelChainOptions.Released };

    /// <summary>Size of the perturbation δ, in 255ths: as standard deviation of the noise it stands for.</summary>
    public double Levels { get; init; } = 11;

    /// <summary>Passes.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>
    /// Takes δ in the network's range [-1,1], where it is twice as large. The compared code does not; without it the noise added has half
    /// the size of the perturbation.
    /// </summary>
    public bool DoubledForSignedPixels { get; init; }

    /// <summary>The chain.</summary>
    public PixelChainOptions Chain { get; init; } = PixelChainOptions.Default;

    /// <summary>Number of noising steps t* of the training chain after which ᾱ is nearest 1/(1+δ²); 1 = one step.</summary>
    public int StepsFor(GuidedDiffusion chain)
    {
        var delta = Levels / 255 * (DoubledForSignedPixels ? 2 : 1);
        var target = 1 / (1 + delta * delta);
        return 1 + Enumerable.Range(0, chain.Steps).MinBy(i => Math.Abs(chain.AlphaBar(i) - target));
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(Levels > 0) || double.IsInfinity(Levels)) throw new ArgumentException($"DDSPure: the perturbation is {Levels}/255, expected a positive number.");
        if (Iterations < 1) throw new ArgumentException($"DDSPure: {Iterations} iterations, expected at least 1.");
    }
}
