using Workbench.Models.PixelDiffusion;

namespace Workbench.Purification;

/// <summary>DiffPure in pixel space: noise enough to drown the perturbation, then denoise.</summary>
/// <remarks>
/// Nie et al. 2022, "Diffusion Models for Adversarial Purification" (ancestral form). The compared code works on 512 pixels in nine
/// windows of 256; its timestep 100 counts a chain respaced to 250 and is 401 of 1000, its pixels lie in [0,1], and it stops a step
/// early: <see cref="Released"/>.
/// </remarks>
/// <param name="network">The pixel-space diffusion model; stays the caller's.</param>
/// <param name="options">Defaults to <see cref="Paper"/>.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class PixelDiffPure(GuidedDiffusionUNet network, WindowedDiffusionOptions? options = null)
    : WindowedDiffusionPurifier(network, options ?? Paper)
{
    /// <summary>Timestep 100 of 1000, one pass, windows of the network's size.</summary>
    public static WindowedDiffusionOptions Paper { get; } = new();

    /// <summary>As <see cref="Paper"/>: the whole portrait is one window.</summary>
    public static WindowedDiffusionOptions MiniWorld { get; } = Paper;

    /// <summary>Seconds on a CPU.</summary>
    public static WindowedDiffusionOptions Smoke { get; } = Paper with { Timestep = 4 };

    /// <summary>What the compared code does.</summary>
    public static WindowedDiffusionOptions Released { get; } = Paper with { PictureSide = 512, Window = 256, Chain = PixelChainOptions.Released };

    /// <inheritdoc/>
    public override string Name => "pdiffp";
}
