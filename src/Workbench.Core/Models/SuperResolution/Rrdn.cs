using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.SuperResolution;

/// <summary>Residual in Residual Dense Network: the ESRGAN generator with plain ReLU and one pixel shuffle at the end.</summary>
/// <remarks>
/// Wang et al. 2018 (ESRGAN), in the layout of the ESRGAN thick weights of UpscalerJS (layer names <c>F_t_d_c</c>, <c>LFF_t_d</c>,
/// <c>PreShuffle</c>, <c>SR</c>). The importer has put the channels of <c>PreShuffle</c> into the order of torch's pixel shuffle.
/// </remarks>
public sealed class Rrdn : SuperResolutionNetwork
{
    private readonly Conv2d before, after, preShuffle, last;
    private readonly DenseBlock[][] blocks;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="InvalidDataException">The config asks for what the architecture does not know.</exception>
    public Rrdn(RrdnConfig config) : base(nameof(Rrdn))
    {
        config.Validate();
        Config = config;
        before = Add("Pre_blocks_conv", 3, config.NumFeatures);
        blocks = [.. Enumerable.Range(1, config.NumBlocks).Select(t => Enumerable.Range(1, config.NumDense).Select(d => Dense(t, d)).ToArray())];
        after = Add("post_blocks_conv", config.NumFeatures, config.NumFeatures);
        preShuffle = Add("PreShuffle", config.NumFeatures, 3 * config.Scale * config.Scale);
        last = Add("SR", 3, 3);
    }

    /// <summary>The shape of this network.</summary>
    public RrdnConfig Config { get; }

    /// <inheritdoc/>
    public override int Scale => Config.Scale;

    /// <inheritdoc/>
    public override double WhiteLevel => Config.WhiteLevel;

    /// <summary>Reads a folder with <c>config.json</c> and <c>model.safetensors</c>, in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static Rrdn FromPretrained(string folder, Device? device = null) => NetworkFolder.Load(folder, (RrdnConfig config) => new Rrdn(config), device);

    /// <inheritdoc/>
    public override void SavePretrained(string folder, ScalarType? castFloatsTo = null) => NetworkFolder.Save(folder, this, Config, castFloatsTo);

    /// <summary>The bare network, pixels in [0, <see cref="WhiteLevel"/>] without a final clamp.</summary>
    /// <param name="input"><c>[B, 3, H, W]</c>.</param>
    /// <returns><c>[B, 3, H*Scale, W*Scale]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var shallow = before.call(input);
        var x = TensorScope.Chain(shallow, blocks.Select(block => (Func<Tensor, Tensor>)(outer => outer + Inner(block, outer) * Config.Beta)));
        return last.call(functional.pixel_shuffle(preShuffle.call(after.call(x) + shallow), Scale));
    }

    private Tensor Inner(IEnumerable<DenseBlock> block, Tensor x) => TensorScope.Chain(x, block.Select(dense => (Func<Tensor, Tensor>)(inner => inner + dense.Residual(inner) * Config.Beta)));

    private DenseBlock Dense(int t, int d)
    {
        var (g0, g) = (Config.NumFeatures, Config.Growth);
        var convs = Enumerable.Range(0, Config.NumConvs).Select(c => Add($"F_{t}_{d}_{c + 1}", g0 + c * g, g)).ToArray();
        return new DenseBlock(convs, Add($"LFF_{t}_{d}", g0 + Config.NumConvs * g, g0));
    }

    private Conv2d Add(string name, int inChannels, int outChannels)
    {
        var conv = new Conv2d(inChannels, outChannels, 3, padding: 1);
        register_module(name, conv);
        return conv;
    }

    private sealed record DenseBlock(Conv2d[] Convs, Conv2d Fusion)
    {
        internal Tensor Residual(Tensor x) =>
            Fusion.call(TensorScope.Chain(x, Convs.Select(conv => (Func<Tensor, Tensor>)(seen => cat([seen, functional.relu(conv.call(seen))], 1)))));
    }
}
