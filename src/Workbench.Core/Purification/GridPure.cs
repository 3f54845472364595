using Workbench.Models.PixelDiffusion;

namespace Workbench.Purification;

/// <summary>GrIDPure: many passes of faint noise through overlapping windows, each mixed with the picture before.</summary>
/// <remarks>
/// Zhao et al. 2023, "Can Protective Perturbation Safeguard Personal Data from Being Exploited by Stable Diffusion?", section 4. A small
/// timestep keeps the identity, many passes remove the perturbation. <see cref="Released"/> is the compared code's version of it.
/// </remarks>
/// <param name="network">The pixel-space diffusion model; stays the caller's.</param>
/// <param name="options">Defaults to <see cref="Paper"/>.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class GridPure(GuidedDiffusionUNet network, WindowedDiffusionOptions? options = null)
    : WindowedDiffusionPurifier(network, options ?? Paper)
{
    /// <summary>The authors' setting: 20 passes to timestep 10 of 1000, γ = 0.1, corner tile, windows of half the picture (256 of 512).</summary>
    public static WindowedDiffusionOptions Paper { get; } = new()
    {
        Timestep = 10, Iterations = 20, Gamma = 0.1, Corners = true, Quantize = true, WindowShare = 0.5,
    };

    /// <summary>As <see cref="Paper"/>: windows of 32 of 64 pixels.</summary>
    public static WindowedDiffusionOptions MiniWorld { get; } = Paper;

    /// <summary>Seconds on a CPU.</summary>
    public static WindowedDiffusionOptions Smoke { get; } = Paper with { Iterations = 2, Timestep = 3 };

    /// <summary>What the compared code does: ten passes to index 10 of 250 (timestep 40), no corner tile, no rounding between passes but in every window.</summary>
    public static WindowedDiffusionOptions Released { get; } = Paper with
    {
        Iterations = 10, Corners = false, Quantize = false, QuantizeWindows = true, PictureSide = 512, Window = 256, Chain = PixelChainOptions.Released,
    };

    /// <inheritdoc/>
    public override string Name => "gridpure";
}
