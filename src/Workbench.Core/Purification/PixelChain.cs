using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Noises pictures to a timestep and denoises them again: the core of every pixel-space diffusion purifier.</summary>
/// <remarks>Nie et al. 2022, "Diffusion Models for Adversarial Purification", in its discrete (ancestral) form.</remarks>
internal sealed class PixelChain
{
    private readonly GuidedDiffusionUNet network;
    private readonly PixelChainOptions options;
    private readonly int multiple;

    public PixelChain(GuidedDiffusionUNet network, PixelChainOptions options, GuidedDiffusion? chain = null)
    {
        (this.network, this.options) = (network, options);
        Chain = chain ?? (options.CompatRespaced250 ? GuidedDiffusion.For(network.Config, 250) : GuidedDiffusion.For(network.Config));
        multiple = 1 << (network.Config.Multipliers.Count - 1);
    }

    /// <summary>The chain in use.</summary>
    public GuidedDiffusion Chain { get; }

    /// <summary>Height and width that the network was trained at.</summary>
    public int ModelSide => network.Config.ImageSize;

    /// <summary>Sides of a window must be multiples of this, or are padded.</summary>
    public int Multiple => multiple;

    /// <summary>Refuses a timestep that the chain does not have.</summary>
    public void Require(string purifier, int timestep)
    {
        if (timestep < 0 || timestep >= Chain.Steps)
            throw new ArgumentException($"{purifier}: the timestep is {timestep}, expected 0 to {Chain.Steps - 1} on this chain.");
    }

    /// <summary>Noises to <paramref name="index"/> and takes the steps <paramref name="index"/> … 0.</summary>
    /// <param name="unit"><c>[B, 3, H, W]</c>, pixels in [0,1].</param>
    /// <param name="index">Index in the chain.</param>
    /// <param name="seeds">One a picture.</param>
    /// <param name="cancellationToken">Checked before every step.</param>
    /// <returns>Same shape, about [0,1], not clamped.</returns>
    public Tensor Purify(Tensor unit, int index, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        var padded = EdgePadding.ToMultiple(unit, multiple);
        var streams = seeds.Select(s => s.Open()).ToArray();
        try
        {
            var x = Chain.QSample(ToModel(padded), index, Noise());
            for (var i = index; i >= (options.CompatSkipLast ? 1 : 0); i--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (before, step) = (x, i);
                x = TensorScope.Run(() => Chain.PSample(network, before, step, Noise()));
                before.Dispose();
            }
            return EdgePadding.CutBack((options.CompatU01Diffusion ? x : (x + 1) / 2).cpu(), unit.size(2), unit.size(3));

            Tensor Noise() => cat([.. streams.Select(s => s.Normal(1, padded.size(1), padded.size(2), padded.size(3)))]).to(network.parameters().First().device);
        }
        finally
        {
            foreach (var stream in streams) stream.Dispose();
        }
    }

    private Tensor ToModel(Tensor unit) => (options.CompatU01Diffusion ? unit : unit * 2 - 1).to(network.parameters().First().device);

}
