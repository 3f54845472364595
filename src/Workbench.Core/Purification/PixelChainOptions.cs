namespace Workbench.Purification;

/// <summary>How pixel purifiers walk along a pixel-space diffusion chain; the switches reproduce what the compared code does.</summary>
public sealed record PixelChainOptions
{
    /// <summary>Pictures in [-1,1], all timesteps of the training chain, the last step included.</summary>
    public static PixelChainOptions Default { get; } = new();

    /// <summary>All that the compared code does differently.</summary>
    public static PixelChainOptions Released { get; } = new() { CompatU01Diffusion = true, CompatRespaced250 = true, CompatSkipLast = true };

    /// <summary>Shows the network pixels in [0,1] in place of [-1,1]: bright pictures of half the contrast.</summary>
    public bool CompatU01Diffusion { get; init; }

    /// <summary>Counts timesteps on a chain respaced to 250: index 100 is timestep 401, much noisier than 100.</summary>
    public bool CompatRespaced250 { get; init; }

    /// <summary>Leaves the last, noise-free step out.</summary>
    public bool CompatSkipLast { get; init; }
}
