using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Vae;

/// <summary>Two residual blocks around one self-attention over all positions.</summary>
internal sealed class VaeMidBlock : NamedModule<Tensor, Tensor>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<VaeAttention>? attentions;

    public VaeMidBlock(long channels, AutoencoderKLConfig config) : base(nameof(VaeMidBlock))
    {
        register_module("resnets", resnets = ModuleList([.. Enumerable.Range(0, 2).Select(_ =>
            new ResnetBlock2D(channels, channels, config.NormNumGroups, VaeEncoder.NormEps, null))]));
        if (config.MidBlockAddAttention) register_module("attentions", attentions = ModuleList(new VaeAttention(channels, config.NormNumGroups)));
    }

    public override Tensor forward(Tensor x) => TensorScope.Run(() =>
    {
        var h = TensorScope.Run(() => resnets[0].forward(x, null));
        if (attentions is not null) h = TensorScope.Run(() => attentions[0].forward(h));
        return resnets[1].forward(h, null);
    });
}

/// <summary>Single-head self-attention over positions, with group norm and residual.</summary>
internal sealed class VaeAttention : NamedModule<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Linear toQuery, toKey, toValue;
    private readonly ModuleList<Module<Tensor, Tensor>> toOut;

    public VaeAttention(long channels, long groups) : base(nameof(VaeAttention))
    {
        register_module("group_norm", norm = Norms.Group(groups, channels, VaeEncoder.NormEps));
        register_module("to_q", toQuery = Linear(channels, channels));
        register_module("to_k", toKey = Linear(channels, channels));
        register_module("to_v", toValue = Linear(channels, channels));
        register_module("to_out", toOut = ModuleList<Module<Tensor, Tensor>>(Linear(channels, channels)));
    }

    public override Tensor forward(Tensor x)
    {
        var tokens = norm.forward(x).flatten(2).transpose(1, 2); // [B, HW, C]
        Tensor Head(Linear projection) => projection.forward(tokens).unsqueeze(1); // [B, 1, HW, C]
        var attended = toOut[0].forward(Attention.Attend(Head(toQuery), Head(toKey), Head(toValue)).squeeze(1));
        return x + attended.transpose(1, 2).reshape(x.shape);
    }
}
