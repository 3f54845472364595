namespace Workbench.Purification;

/// <summary>Options of a purifier that ends with an upscaler.</summary>
/// <param name="Purifier">Its own; null where the upscaler is all there is.</param>
/// <param name="Upscaling">Those of a diffusion upscaler; null where the upscaler is a network, which has none.</param>
internal sealed record UpscalerSettings<TOptions>(TOptions? Purifier, DiffusionUpscalingOptions? Upscaling) : IPurifierOptions where TOptions : class, IPurifierOptions
{
    /// <inheritdoc/>
    public void Validate()
    {
        Purifier?.Validate();
        Upscaling?.Validate();
    }
}
