using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Purification;

/// <summary>Tries to remove a protective perturbation from pictures.</summary>
public interface IPurifier
{
    /// <summary>The name a <see cref="PurifierChain"/> knows it by, for example <c>sr</c>.</summary>
    string Name { get; }

    /// <summary>Purifies pictures, each independently of the others.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, pixels in [0,1].</param>
    /// <param name="seed">All randomness; the same seed gives the same pictures.</param>
    /// <param name="progress">Told after every picture or group of pictures.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>A new batch of the same shape.</returns>
    ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default);
}
