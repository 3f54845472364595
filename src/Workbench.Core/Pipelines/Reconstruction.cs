using Workbench.Imaging;
using Workbench.Models.Vae;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>What an autoencoder makes of pictures: decode(mode of encode), which is what training hands on of them.</summary>
internal static class Reconstruction
{
    private const int MostAtOnce = 16;

    /// <summary>The pictures after a way through the autoencoder; large ones go one by one, whose states on the way are gigabytes.</summary>
    /// <param name="autoencoder">The autoencoder, on any device.</param>
    /// <param name="pictures">Sides are multiples of the autoencoder's factor.</param>
    /// <param name="cancellationToken">Stops between two groups of pictures.</param>
    public static ImageBatch Of(AutoencoderKL autoencoder, ImageBatch pictures, CancellationToken cancellationToken = default)
    {
        using var decoded = TensorScope.Inference(() =>
        {
            var weight = autoencoder.parameters().First();
            var parts = new List<Tensor>();
            foreach (var part in pictures.ToSigned().split(PicturesAtOnce.Of(pictures.Height, pictures.Width, MostAtOnce), 0))
            {
                cancellationToken.ThrowIfCancellationRequested();
                parts.Add(TensorScope.Run(() =>
                {
                    // The encoder's states are gone before the decoder makes its own.
                    var latents = TensorScope.Run(() => autoencoder.Encode(part.to(weight.dtype, weight.device)).Mode);
                    return autoencoder.Decode(latents).to(ScalarType.Float32, CPU);
                }));
            }
            return cat(parts, 0);
        });
        return ImageBatch.FromSigned(decoded);
    }
}
