using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Vae;

/// <summary>Pixels → moments of the posterior.</summary>
internal sealed class VaeEncoder : NamedModule<Tensor, Tensor>
{
    internal const double NormEps = 1e-6;
    private readonly Conv2d convIn, convOut;
    private readonly ModuleList<VaeDownBlock> downBlocks;
    private readonly VaeMidBlock midBlock;
    private readonly GroupNorm normOut;

    public VaeEncoder(AutoencoderKLConfig config) : base(nameof(VaeEncoder))
    {
        var channels = config.BlockOutChannels;
        register_module("conv_in", convIn = new Conv2d(config.InChannels, channels[0], 3, padding: 1));
        register_module("down_blocks", downBlocks = ModuleList([.. channels.Select((c, i) =>
            new VaeDownBlock(channels[Math.Max(i - 1, 0)], c, config, downsample: i < channels.Count - 1))]));
        register_module("mid_block", midBlock = new VaeMidBlock(channels[^1], config));
        register_module("conv_norm_out", normOut = Norms.Group(config.NormNumGroups, channels[^1], NormEps));
        register_module("conv_out", convOut = new Conv2d(channels[^1], 2 * config.LatentChannels, 3, padding: 1));
    }

    /// <summary>[B, 3, H, W] → [B, 2·latent, H/f, W/f].</summary>
    public override Tensor forward(Tensor x) => TensorScope.Run(() =>
    {
        var h = convIn.forward(x);
        foreach (var block in downBlocks) h = block.forward(h);
        return convOut.forward(functional.silu(normOut.forward(midBlock.forward(h))));
    });
}

/// <summary>Residual blocks, then an optional halving of the resolution.</summary>
internal sealed class VaeDownBlock : NamedModule<Tensor, Tensor>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    public VaeDownBlock(long inChannels, long outChannels, AutoencoderKLConfig config, bool downsample) : base(nameof(VaeDownBlock))
    {
        register_module("resnets", resnets = ModuleList([.. Enumerable.Range(0, config.LayersPerBlock).Select(i =>
            new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, config.NormNumGroups, VaeEncoder.NormEps, null))]));
        if (downsample) register_module("downsamplers", downsamplers = ModuleList(new Downsample2D(outChannels, padding: 0)));
    }

    // A scope a layer: at 512 pixels the states inside the layers would add up to gigabytes.
    public override Tensor forward(Tensor x) => TensorScope.Run(() =>
    {
        foreach (var resnet in resnets) x = TensorScope.Run(() => resnet.forward(x, null));
        return downsamplers is null ? x : TensorScope.Run(() => downsamplers[0].forward(x));
    });
}
