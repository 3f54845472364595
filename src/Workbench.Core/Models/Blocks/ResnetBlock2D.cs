using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Blocks;

/// <summary>Pre-activation residual block with an optional time embedding (diffusers <c>ResnetBlock2D</c>).</summary>
internal sealed class ResnetBlock2D : NamedModule<Tensor, Tensor?, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? shortcut;
    private readonly Linear? timeProjection;

    public ResnetBlock2D(long inChannels, long outChannels, long groups, double eps, long? timeEmbedDim) : base(nameof(ResnetBlock2D))
    {
        register_module("norm1", norm1 = Norms.Group(groups, inChannels, eps));
        register_module("conv1", conv1 = new Conv2d(inChannels, outChannels, 3, padding: 1));
        if (timeEmbedDim is { } dim) register_module("time_emb_proj", timeProjection = Linear(dim, outChannels));
        register_module("norm2", norm2 = Norms.Group(groups, outChannels, eps));
        register_module("conv2", conv2 = new Conv2d(outChannels, outChannels, 3, padding: 1));
        if (inChannels != outChannels) register_module("conv_shortcut", shortcut = new Conv2d(inChannels, outChannels, 1));
    }

    /// <summary>[B, Cin, H, W] and the time embedding [B, D] → [B, Cout, H, W].</summary>
    public override Tensor forward(Tensor x, Tensor? timeEmbedding)
    {
        var h = conv1.forward(functional.silu(norm1.forward(x)));
        if (timeProjection is not null && timeEmbedding is not null)
            h = h + timeProjection.forward(functional.silu(timeEmbedding)).unsqueeze(-1).unsqueeze(-1);
        h = conv2.forward(functional.silu(norm2.forward(h)));
        return (shortcut?.forward(x) ?? x) + h;
    }
}
