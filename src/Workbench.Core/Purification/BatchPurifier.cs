using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>The loop that all purifiers share: groups of pictures, one dispose scope each, one seed a picture.</summary>
public abstract class BatchPurifier : IPurifier
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Pictures handled at once, however large they are.</summary>
    protected virtual int BatchSize => 8;

    /// <summary>Pictures of this size handled at once; a network's memory grows with them. By default <see cref="BatchSize"/>.</summary>
    protected virtual int BatchSizeOf(int height, int width) => BatchSize;

    /// <inheritdoc/>
    public ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var batchSize = BatchSizeOf(images.Height, images.Width);
        for (var start = 0; start < images.Count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (first, count) = (start, Math.Min(batchSize, images.Count - start));
            var seeds = Enumerable.Range(first, count).Select(i => seed.For(i)).ToArray();
            parts.Add(TensorScope.Run(() => SameSize(images.Unit.narrow(0, first, count), x => Apply(x, seeds, cancellationToken))));
            progress?.Report(new PurificationProgress(Name, first + count, images.Count));
        }
        return ImageBatch.FromUnit(cat(parts, 0));
    }

    /// <summary>Purifies a few pictures.</summary>
    /// <param name="pixels"><c>[B, 3, H, W]</c> float32, CPU, pixels in [0,1]; not to be changed.</param>
    /// <param name="seeds">One seed a picture.</param>
    /// <param name="cancellationToken">For long work inside.</param>
    /// <returns>A tensor of the same shape; values outside [0,1] will be clipped.</returns>
    protected abstract Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken);

    /// <summary>Runs an 8-bit operation picture by picture.</summary>
    protected static Tensor EachImage(Tensor pixels, Func<RgbImage, RgbImage> operation)
    {
        using var batch = ImageBatch.FromUnit(pixels);
        using var result = ImageBatch.FromImages(batch.Images().Select(operation));
        return result.Unit.clone();
    }

    private Tensor SameSize(Tensor pixels, Func<Tensor, Tensor> apply)
    {
        var result = apply(pixels);
        return result.shape.SequenceEqual(pixels.shape) ? result : throw new InvalidOperationException(
            $"Purifier '{Name}' returned [{string.Join(", ", result.shape)}] for [{string.Join(", ", pixels.shape)}].");
    }
}
