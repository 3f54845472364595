using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.PixelDiffusion;

/// <summary>How a block changes the resolution.</summary>
internal enum Resolution
{
    Keep,
    Halve,
    Double,
}

/// <summary>Blocks in a row, some of which read the time embedding (guided-diffusion's <c>TimestepEmbedSequential</c>).</summary>
internal sealed class GuidedStage : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly nn.Module[] parts;

    public GuidedStage(params nn.Module[] parts) : base(nameof(GuidedStage))
    {
        this.parts = parts;
        for (var i = 0; i < parts.Length; i++) register_module($"{i}", parts[i]);
    }

    public override Tensor forward(Tensor x, Tensor embedding)
    {
        foreach (var part in parts)
            x = part is GuidedResBlock block ? block.forward(x, embedding) : ((Module<Tensor, Tensor>)part).forward(x);
        return x;
    }
}

/// <summary>Pre-activation residual block with time embedding, optionally changing the resolution between norm and convolution.</summary>
internal sealed class GuidedResBlock : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm normIn, normOut;
    private readonly Conv2d convIn, convOut;
    private readonly Conv2d? skip;
    private readonly Linear embed;
    private readonly bool scaleShift;
    private readonly Resolution resolution;

    public GuidedResBlock(GuidedDiffusionConfig config, long channels, long outChannels, Resolution resolution = Resolution.Keep) : base(nameof(GuidedResBlock))
    {
        (scaleShift, this.resolution) = (config.UseScaleShiftNorm, resolution);
        normIn = Norms.Group(config.NormNumGroups, channels, 1e-5);
        convIn = new Conv2d(channels, outChannels, 3, padding: 1);
        embed = Linear(4 * config.NumChannels, scaleShift ? 2 * outChannels : outChannels);
        normOut = Norms.Group(config.NormNumGroups, outChannels, 1e-5);
        convOut = Zero.Fill(new Conv2d(outChannels, outChannels, 3, padding: 1));
        // The gaps in the numbers are activations and dropout, which hold no weights.
        register_module("in_layers", Sequential(("0", normIn), ("2", convIn)));
        register_module("emb_layers", Sequential(("1", embed)));
        register_module("out_layers", Sequential(("0", normOut), ("3", convOut)));
        if (channels != outChannels) register_module("skip_connection", skip = new Conv2d(channels, outChannels, 1));
    }

    /// <summary>[B, Cin, H, W] and [B, D] → [B, Cout, H', W'].</summary>
    public override Tensor forward(Tensor x, Tensor embedding)
    {
        var h = convIn.forward(Resize(functional.silu(normIn.forward(x))));
        x = Resize(x);
        var added = embed.forward(functional.silu(embedding)).unsqueeze(-1).unsqueeze(-1);
        if (scaleShift)
        {
            var parts = added.chunk(2, 1);
            h = normOut.forward(h) * (parts[0] + 1) + parts[1];
        }
        else
        {
            h = normOut.forward(h + added);
        }
        return (skip?.forward(x) ?? x) + convOut.forward(functional.silu(h));
    }

    private Tensor Resize(Tensor x) => resolution switch
    {
        Resolution.Halve => functional.avg_pool2d(x, 2),
        Resolution.Double => functional.interpolate(x, scale_factor: [2.0, 2.0], mode: InterpolationMode.Nearest),
        _ => x,
    };
}

/// <summary>Changes the resolution outside a residual block: <c>op</c> on the way down, <c>conv</c> on the way up.</summary>
internal sealed class GuidedResample : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d? conv;
    private readonly Resolution resolution;

    public GuidedResample(long channels, Resolution resolution, bool convolve) : base(nameof(GuidedResample))
    {
        this.resolution = resolution;
        if (!convolve) return;
        conv = new Conv2d(channels, channels, 3, stride: resolution is Resolution.Halve ? 2 : 1, padding: 1);
        register_module(resolution is Resolution.Halve ? "op" : "conv", conv);
    }

    public override Tensor forward(Tensor x)
    {
        if (resolution is Resolution.Halve) return conv?.forward(x) ?? functional.avg_pool2d(x, 2);
        var big = functional.interpolate(x, scale_factor: [2.0, 2.0], mode: InterpolationMode.Nearest);
        return conv?.forward(big) ?? big;
    }
}

/// <summary>Self-attention over the positions of a feature map.</summary>
internal sealed class GuidedAttention : NamedModule<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Conv1d qkv, projOut;
    private readonly int heads;
    private readonly bool splitFirst;

    public GuidedAttention(GuidedDiffusionConfig config, int channels, bool up) : base(nameof(GuidedAttention))
    {
        (heads, splitFirst) = (config.HeadsFor(channels, up), config.UseNewAttentionOrder);
        register_module("norm", norm = Norms.Group(config.NormNumGroups, channels, 1e-5));
        register_module("qkv", qkv = Conv1d(channels, 3 * channels, 1));
        register_module("proj_out", projOut = Zero.Fill(Conv1d(channels, channels, 1)));
    }

    /// <summary>[B, C, H, W] → the same.</summary>
    public override Tensor forward(Tensor x)
    {
        var (batch, channels) = (x.shape[0], x.shape[1]);
        var tokens = norm.forward(x).flatten(2).transpose(1, 2);                          // [B, T, C]
        var packed = Pointwise(qkv, tokens);                                              // [B, T, 3C]
        long size = channels / heads, length = tokens.shape[1];
        Tensor Part(int i) => (splitFirst
            ? packed.narrow(2, i * channels, channels).reshape(batch, length, heads, size)
            : packed.reshape(batch, length, heads, 3 * size).narrow(3, i * size, size)).transpose(1, 2);
        var weights = functional.softmax((Part(0) * (1 / Math.Sqrt(size))).matmul(Part(1).transpose(-2, -1)), -1);
        var mixed = weights.matmul(Part(2)).transpose(1, 2).reshape(batch, length, channels);
        return x + Pointwise(projOut, mixed).transpose(1, 2).reshape(x.shape);
    }

    /// <summary>A convolution of width 1 is a linear layer on tokens.</summary>
    private static Tensor Pointwise(Conv1d conv, Tensor tokens) => functional.linear(tokens, conv.weight!.squeeze(-1), conv.bias!);
}

/// <summary>Layers that start as zero, so that every residual branch starts as nothing.</summary>
internal static class Zero
{
    public static TModule Fill<TModule>(TModule module) where TModule : nn.Module
    {
        foreach (var parameter in module.parameters()) init.zeros_(parameter);
        return module;
    }
}
