using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.SuperResolution;

/// <summary>Residual Dense Network: dense blocks whose outputs are all fused once more before the enlargement.</summary>
/// <remarks>
/// Zhang et al. 2018, "Residual Dense Network for Image Super-Resolution", in the layout of the ESRGAN slim and medium weights of
/// UpscalerJS (layer names <c>F_d_c</c>, <c>LFF_d</c>, <c>GFF_n</c>, <c>UPNn</c>, <c>SR</c>). Differs from the paper in the last
/// step: the channels are enlarged by nearest neighbour and mixed by <c>SR</c>, not by pixel shuffle.
/// </remarks>
public sealed class Rdn : SuperResolutionNetwork
{
    private readonly Conv2d shallow, first, globalFusion1, globalFusion2, up1, up2, up3, last;
    private readonly Conv2d[][] dense;
    private readonly Conv2d[] localFusion;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="InvalidDataException">The config asks for what the architecture does not know.</exception>
    public Rdn(RdnConfig config) : base(nameof(Rdn))
    {
        config.Validate();
        Config = config;
        var (g0, g, blocks) = (config.NumFeatures, config.Growth, config.NumBlocks);
        shallow = Add("F_m1", 3, g0, 3);
        first = Add("F_0", g0, g0, 3);
        dense = new Conv2d[blocks][];
        localFusion = new Conv2d[blocks];
        for (var d = 0; d < blocks; d++)
        {
            dense[d] = [.. Enumerable.Range(0, config.NumConvs).Select(c => Add($"F_{d + 1}_{c + 1}", g0 + c * g, g, 3))];
            localFusion[d] = Add($"LFF_{d + 1}", g0 + config.NumConvs * g, g0, 1);
        }
        globalFusion1 = Add("GFF_1", g0 * blocks, g0, 1);
        globalFusion2 = Add("GFF_2", g0, g0, 3);
        var subpixels = 3 * config.Scale * config.Scale;
        up1 = Add("UPN1", g0, 64, 5);
        up2 = Add("UPN2", 64, 32, 3);
        up3 = Add("UPN3", 32, subpixels, 3);
        last = Add("SR", subpixels, 3, 3);
    }

    /// <summary>The shape of this network.</summary>
    public RdnConfig Config { get; }

    /// <inheritdoc/>
    public override int Scale => Config.Scale;

    /// <inheritdoc/>
    public override double WhiteLevel => Config.WhiteLevel;

    /// <summary>Reads a folder with <c>config.json</c> and <c>model.safetensors</c>, in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static Rdn FromPretrained(string folder, Device? device = null) => NetworkFolder.Load(folder, (RdnConfig config) => new Rdn(config), device);

    /// <inheritdoc/>
    public override void SavePretrained(string folder, ScalarType? castFloatsTo = null) => NetworkFolder.Save(folder, this, Config, castFloatsTo);

    /// <summary>The bare network, pixels in [0, <see cref="WhiteLevel"/>] without a final clamp.</summary>
    /// <param name="input"><c>[B, 3, H, W]</c>.</param>
    /// <returns><c>[B, 3, H*Scale, W*Scale]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var f1 = shallow.call(input);
        var fused = globalFusion2.call(globalFusion1.call(cat(DenseBlocks(first.call(f1)), 1))) + f1;
        var x = functional.relu(up1.call(fused));
        x = up3.call(functional.relu(up2.call(x)));                                       // [B, 3*s*s, H, W]
        return last.call(functional.interpolate(x, scale_factor: [(double)Scale, Scale], mode: InterpolationMode.Nearest));
    }

    private List<Tensor> DenseBlocks(Tensor x)
    {
        var outputs = new List<Tensor>(dense.Length);
        for (var d = 0; d < dense.Length; d++)
        {
            var (before, fusion, steps) = (x, localFusion[d], dense[d].Select(conv => (Func<Tensor, Tensor>)(seen => cat([seen, functional.relu(conv.call(seen))], 1))));
            outputs.Add(x = TensorScope.Run(() => fusion.call(TensorScope.Chain(before, steps)) + before));
        }
        return outputs;
    }

    private Conv2d Add(string name, int inChannels, int outChannels, int kernel)
    {
        var conv = new Conv2d(inChannels, outChannels, kernel, padding: kernel / 2);
        register_module(name, conv);
        return conv;
    }
}
