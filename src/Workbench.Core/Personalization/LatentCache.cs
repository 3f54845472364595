using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>
/// The encoder's posteriors of some pictures: encoded once, sampled anew at every training step, as the reference trainer does.
/// </summary>
public sealed class LatentCache : IDisposable
{
    private const int MostAtOnce = 16;
    private readonly Tensor mean, std;
    private readonly AutoencoderKLConfig config;

    private LatentCache(Tensor mean, Tensor std, AutoencoderKLConfig config)
    {
        this.mean = mean.DetachFromDisposeScope();
        this.std = std.DetachFromDisposeScope();
        this.config = config;
    }

    /// <summary>Number of pictures.</summary>
    public int Count => (int)mean.shape[0];

    /// <summary>Encodes <paramref name="images"/>.</summary>
    public static LatentCache Encode(AutoencoderKL vae, ImageBatch images, CancellationToken cancellationToken = default)
    {
        using var pixels = images.ToSigned();
        return Encode(vae, pixels, cancellationToken);
    }

    /// <summary>Encodes pixels [N, 3, H, W] in [-1,1].</summary>
    public static LatentCache Encode(AutoencoderKL vae, Tensor pixels, CancellationToken cancellationToken = default) =>
        Encode(vae, pixels, PicturesAtOnce.Of(pixels.shape[2], pixels.shape[3], MostAtOnce), cancellationToken);

    /// <summary>The same, <paramref name="atOnce"/> pictures at a time.</summary>
    internal static LatentCache Encode(AutoencoderKL vae, Tensor pixels, int atOnce, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var first = vae.parameters().First();
        var means = new List<Tensor>();
        var deviations = new List<Tensor>();
        foreach (var part in pixels.split(atOnce, 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A scope a group: what the encoder makes on the way is gigabytes at 512 pixels.
            using var group = NewDisposeScope();
            var posterior = vae.Encode(part.to(first.dtype, first.device));
            means.Add(posterior.Mean.to(ScalarType.Float32).MoveToOuterDisposeScope());
            deviations.Add(posterior.Std.to(ScalarType.Float32).MoveToOuterDisposeScope());
        }
        return new LatentCache(cat(means, 0), cat(deviations, 0), vae.Config);
    }

    /// <summary>Draws scaled latents of the pictures at <paramref name="indices"/>.</summary>
    /// <param name="indices">Which pictures, repeats allowed.</param>
    /// <param name="draws">Where the posterior noise comes from.</param>
    /// <returns>[count, channels, h, w] float32.</returns>
    public Tensor Sample(long[] indices, RandomStream draws) => TensorScope.Inference(() =>
    {
        var rows = tensor(indices, device: mean.device);
        var m = mean.index_select(0, rows);
        return ScaledLatents.Of(config, m + std.index_select(0, rows) * draws.NormalLike(m));
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        std.Dispose();
    }
}
