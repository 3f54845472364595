using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Purification;

/// <summary>Hands out the clean pictures it was given: the ceiling that no purifier can pass.</summary>
/// <param name="pictures">The clean pictures, in the order of the protected ones; asked at every use, so that one chain serves many pictures. They stay the caller's.</param>
public sealed class OraclePurifier(Func<ImageBatch> pictures) : IPurifier
{
    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The clean pictures are of another number or size.</exception>
    public ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clean = pictures();
        if (clean.Count != images.Count || clean.Height != images.Height || clean.Width != images.Width)
            throw new ArgumentException($"The oracle holds {clean}, but was asked about {images}.", nameof(images));
        progress?.Report(new PurificationProgress(Name, images.Count, images.Count));
        return clean.Slice(0, clean.Count);
    }
}
