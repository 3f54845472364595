using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Vae;

/// <summary>Latents → pixels.</summary>
internal sealed class VaeDecoder : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d convIn, convOut;
    private readonly VaeMidBlock midBlock;
    private readonly ModuleList<VaeUpBlock> upBlocks;
    private readonly GroupNorm normOut;

    public VaeDecoder(AutoencoderKLConfig config) : base(nameof(VaeDecoder))
    {
        int[] channels = [.. config.BlockOutChannels.Reverse()];
        register_module("conv_in", convIn = new Conv2d(config.LatentChannels, channels[0], 3, padding: 1));
        register_module("mid_block", midBlock = new VaeMidBlock(channels[0], config));
        register_module("up_blocks", upBlocks = ModuleList([.. channels.Select((c, i) =>
            new VaeUpBlock(channels[Math.Max(i - 1, 0)], c, config, upsample: i < channels.Length - 1))]));
        register_module("conv_norm_out", normOut = Norms.Group(config.NormNumGroups, channels[^1], VaeEncoder.NormEps));
        register_module("conv_out", convOut = new Conv2d(channels[^1], config.OutChannels, 3, padding: 1));
    }

    /// <summary>[B, latent, h, w] → [B, 3, f·h, f·w].</summary>
    public override Tensor forward(Tensor z) => TensorScope.Run(() =>
    {
        var h = midBlock.forward(convIn.forward(z));
        foreach (var block in upBlocks) h = block.forward(h);
        return convOut.forward(functional.silu(normOut.forward(h)));
    });
}

/// <summary>Residual blocks (one more than the encoder's), then an optional doubling of the resolution.</summary>
internal sealed class VaeUpBlock : NamedModule<Tensor, Tensor>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    public VaeUpBlock(long inChannels, long outChannels, AutoencoderKLConfig config, bool upsample) : base(nameof(VaeUpBlock))
    {
        register_module("resnets", resnets = ModuleList([.. Enumerable.Range(0, config.LayersPerBlock + 1).Select(i =>
            new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, config.NormNumGroups, VaeEncoder.NormEps, null))]));
        if (upsample) register_module("upsamplers", upsamplers = ModuleList(new Upsample2D(outChannels)));
    }

    // A scope a layer, as in the encoder.
    public override Tensor forward(Tensor x) => TensorScope.Run(() =>
    {
        foreach (var resnet in resnets) x = TensorScope.Run(() => resnet.forward(x, null));
        return upsamplers is null ? x : TensorScope.Run(() => upsamplers[0].forward(x));
    });
}
