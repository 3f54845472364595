using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.CodeFormer;

/// <summary>Two normalised 3×3 convolutions in a residual connection.</summary>
internal sealed class ResBlock : NamedModule<Tensor, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? convOut;

    internal ResBlock(int inChannels, int outChannels, int groups) : base(nameof(ResBlock))
    {
        register_module("norm1", norm1 = Blocks.Norm(inChannels, groups));
        register_module("conv1", conv1 = new Conv2d(inChannels, outChannels, 3, padding: 1));
        register_module("norm2", norm2 = Blocks.Norm(outChannels, groups));
        register_module("conv2", conv2 = new Conv2d(outChannels, outChannels, 3, padding: 1));
        if (inChannels != outChannels) register_module("conv_out", convOut = new Conv2d(inChannels, outChannels, 1));
    }

    public override Tensor forward(Tensor input)
    {
        var x = conv1.call(functional.silu(norm1.call(input)));
        x = conv2.call(functional.silu(norm2.call(x)));
        return x + (convOut is null ? input : convOut.call(input));
    }
}

/// <summary>Single-head self-attention over the positions of a feature map.</summary>
internal sealed class AttnBlock : NamedModule<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Conv2d q, k, v, projOut;

    internal AttnBlock(int channels, int groups) : base(nameof(AttnBlock))
    {
        register_module("norm", norm = Blocks.Norm(channels, groups));
        register_module("q", q = new Conv2d(channels, channels, 1));
        register_module("k", k = new Conv2d(channels, channels, 1));
        register_module("v", v = new Conv2d(channels, channels, 1));
        register_module("proj_out", projOut = new Conv2d(channels, channels, 1));
    }

    public override Tensor forward(Tensor input)
    {
        var x = norm.call(input);
        var (query, key, value) = (q.call(x).flatten(2), k.call(x).flatten(2), v.call(x).flatten(2));   // [B, C, H*W]
        var weights = functional.softmax(query.transpose(1, 2).matmul(key) / Math.Sqrt(input.size(1)), -1);
        return input + projOut.call(value.matmul(weights.transpose(1, 2)).reshape(input.shape));
    }
}

/// <summary>Halves a feature map; pads right and bottom only.</summary>
internal sealed class Downsample : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d conv;

    internal Downsample(int channels) : base(nameof(Downsample)) =>
        register_module("conv", conv = new Conv2d(channels, channels, 3, stride: 2));

    public override Tensor forward(Tensor input) => conv.call(functional.pad(input, [0, 1, 0, 1]));
}

/// <summary>Doubles a feature map by nearest neighbour, then convolves.</summary>
internal sealed class Upsample : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d conv;

    internal Upsample(int channels) : base(nameof(Upsample)) => register_module("conv", conv = new Conv2d(channels, channels, 3, padding: 1));

    public override Tensor forward(Tensor input) =>
        conv.call(functional.interpolate(input, scale_factor: [2.0, 2.0], mode: InterpolationMode.Nearest));
}

/// <summary>The group normalisation that all blocks share.</summary>
internal static class Blocks
{
    internal static GroupNorm Norm(int channels, int groups)
    {
        if (channels % groups != 0)
            throw new InvalidDataException($"CodeFormer config: norm_num_groups {groups} does not divide {channels} channels.");
        var norm = GroupNorm(groups, channels, eps: 1e-6);
        // TorchSharp leaves the weights of a fresh group norm uninitialised.
        init.ones_(norm.weight!);
        init.zeros_(norm.bias!);
        return norm;
    }
}
