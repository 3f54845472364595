using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>What every perturbation shares: 8-bit pictures in, 8-bit pictures within the budget out.</summary>
public abstract class Perturbation : IPerturbation
{
    /// <summary>A method by its name and settings, which are checked here.</summary>
    /// <param name="name">Short name, as tables and the command line use it.</param>
    /// <param name="settings">The settings.</param>
    protected Perturbation(string name, IPerturbationOptions settings)
    {
        settings.Validate();
        (Name, Budget, Settings) = (name, settings.Budget, settings);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinfBudget Budget { get; }

    /// <inheritdoc/>
    public object Settings { get; }

    /// <summary>Cuts decimals off in the export instead of rounding, as some reference code does.</summary>
    protected virtual bool TruncatesExport => false;

    /// <inheritdoc/>
    public ImageBatch Protect(
        ImageBatch images, PerturbationContext context, Seed seed,
        IProgress<PerturbationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        using var originals = images.Quantize();
        var perturbed = Perturb(originals.ToSigned().to(context.Device), context, seed, progress, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return EightBitExport.Round(originals, perturbed, Budget, TruncatesExport);
    }

    /// <summary>The method itself.</summary>
    /// <param name="original">[N, 3, H, W] float32 in [-1,1], on the model's device.</param>
    /// <param name="context">Model and prompts.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="progress">Reports steps.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>Perturbed pixels in [-1,1], within the budget before rounding.</returns>
    protected abstract Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken);
}
