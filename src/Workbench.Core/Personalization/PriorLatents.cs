using Workbench.Models.Vae;

namespace Workbench.Personalization;

/// <summary>The encoder's posteriors of <see cref="PriorImages"/>.</summary>
/// <param name="Class">Of the class pictures.</param>
/// <param name="Negative">Of the pictures of the negative prompt, where there are any.</param>
public sealed record PriorLatents(LatentCache Class, LatentCache? Negative = null) : IDisposable
{
    /// <summary>Encodes the pictures that a training with <paramref name="config"/> uses.</summary>
    /// <returns>Null without prior preservation.</returns>
    /// <exception cref="ArgumentException">The settings ask for pictures that <paramref name="images"/> lacks.</exception>
    public static PriorLatents? Encode(AutoencoderKL vae, PriorImages? images, DreamBoothConfig config, CancellationToken cancellationToken = default)
    {
        if (!config.WithPriorPreservation) return null;
        if (images is null) throw new ArgumentNullException(nameof(images), "Prior preservation needs class pictures; turn WithPriorPreservation off to train without.");
        if (config.NegativePromptShare > 0 && images.Negative is null)
            throw new ArgumentException($"NegativePromptShare is {config.NegativePromptShare}, but there are no pictures of the negative prompt; PriorImages.Get draws them.", nameof(images));
        var ofClass = LatentCache.Encode(vae, images.Class, cancellationToken);
        return new PriorLatents(ofClass, config.NegativePromptShare > 0 ? LatentCache.Encode(vae, images.Negative!, cancellationToken) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Class.Dispose();
        Negative?.Dispose();
    }
}
