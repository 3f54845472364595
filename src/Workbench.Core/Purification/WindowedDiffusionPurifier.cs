using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Diffuses and denoises a picture window by window, one or many times.</summary>
public abstract class WindowedDiffusionPurifier : BatchPurifier
{
    private readonly PixelChain chain;

    /// <summary>Makes the purifier.</summary>
    /// <param name="network">The pixel-space diffusion model; stays the caller's.</param>
    /// <param name="options">What to do.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the chain has no such timestep.</exception>
    protected WindowedDiffusionPurifier(GuidedDiffusionUNet network, WindowedDiffusionOptions options)
    {
        options.Validate();
        Options = options;
        chain = new PixelChain(network, options.Chain);
        chain.Require(GetType().Name, options.Timestep);
    }

    /// <summary>The options in force.</summary>
    public WindowedDiffusionOptions Options { get; }

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        var (height, width) = ((int)pixels.size(2), (int)pixels.size(3));
        var x = Options.PictureSide is { } side ? Resized(pixels, side, side) : pixels;
        for (var i = 0; i < Options.Iterations && Options.Timestep > 0; i++)
        {
            var (before, seed) = (x, seeds[0].For(i));
            x = TensorScope.Run(() => Pass(before, seed, cancellationToken));
        }
        return Resized(x.clamp(0, 1), width, height);
    }

    /// <summary>Side of the windows for a picture: even, so that corners can be halved, and of a size the network takes.</summary>
    public int WindowFor(int height, int width)
    {
        var shorter = Math.Min(height, width);
        var wanted = Options.Window ?? (int)(shorter * Options.WindowShare);
        var window = Math.Min(Math.Min(wanted, shorter), Options.Window ?? chain.ModelSide);
        return window >= chain.Multiple ? window / chain.Multiple * chain.Multiple : Math.Max(2, window / 2 * 2);
    }

    private Tensor Pass(Tensor x, Seed seed, CancellationToken cancellationToken)
    {
        var window = WindowFor((int)x.size(2), (int)x.size(3));
        var average = PictureWindows.Average(x, window, window / 2, Options.Corners, (number, part) =>
            TensorScope.Run(() => chain.Purify(Options.QuantizeWindows ? part.clamp(0, 1).mul(255).floor().div(255) : part, Options.Timestep, [seed.For(number)], cancellationToken)));
        var mixed = average * (1 - Options.Gamma) + x * Options.Gamma;
        return Options.Quantize ? mixed.clamp(0, 1).mul(255).round().div(255) : mixed;
    }

    private static Tensor Resized(Tensor pixels, int width, int height) => pixels.size(3) == width && pixels.size(2) == height ? pixels
        : EachImage(pixels, image => image.Resize(width, height, Resampling.Bilinear));
}
