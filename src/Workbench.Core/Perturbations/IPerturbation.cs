using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Perturbations;

/// <summary>A protection: adds noise within a budget that is meant to spoil personalisation.</summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public interface IPerturbation
{
    /// <summary>Short name, as the command line and result tables use it.</summary>
    string Name { get; }

    /// <summary>The bound that <see cref="Protect"/> keeps.</summary>
    LinfBudget Budget { get; }

    /// <summary>The settings, a record that a manifest can hold.</summary>
    object Settings { get; }

    /// <summary>Protects pictures.</summary>
    /// <param name="images">The pictures; rounded to 8 bits first, as a user's files are.</param>
    /// <param name="context">The model to attack and what a surrogate is trained with.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    /// <param name="progress">Reports steps and losses.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The protected pictures as 8-bit files hold them: multiples of 1/255, within the budget of the rounded originals.</returns>
    ImageBatch Protect(
        ImageBatch images, PerturbationContext context, Seed seed,
        IProgress<PerturbationProgress>? progress = null, CancellationToken cancellationToken = default);
}
