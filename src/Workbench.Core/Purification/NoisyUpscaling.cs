using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Drowns the perturbation in Gaussian noise and lets an upscaler clear both away.</summary>
/// <remarks>
/// Hönig et al. 2024, "Adversarial Perturbations Cannot Reliably Protect Artists From Generative AI", section 4. There the upscaler is Stable
/// Diffusion's ×4 at noise level 320 on the full picture; here any upscaling purifier.
/// </remarks>
public sealed class NoisyUpscaling : IPurifier
{
    private readonly IPurifier upscaler;
    private readonly NoisyUpscalingOptions options;

    /// <summary>Makes the purifier.</summary>
    /// <param name="upscaler">What follows the noise, for example a <see cref="SuperResolutionPurifier"/>.</param>
    /// <param name="options">Defaults to <see cref="NoisyUpscalingOptions.Paper"/>.</param>
    public NoisyUpscaling(IPurifier upscaler, NoisyUpscalingOptions? options = null)
    {
        this.upscaler = upscaler;
        this.options = options ?? NoisyUpscalingOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "noisyup";

    /// <inheritdoc/>
    public ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var pixels = TensorScope.Inference(() => cat([.. Enumerable.Range(0, images.Count).Select(i =>
        {
            using var stream = seed.For("noise").For(i).Open();
            var picture = images.Unit.narrow(0, i, 1);
            return picture + stream.NormalLike(picture) * options.Sigma;
        })]));
        using var noisy = ImageBatch.FromUnit(pixels);
        return upscaler.Purify(noisy, seed.For("upscaling"), progress, cancellationToken);
    }
}
