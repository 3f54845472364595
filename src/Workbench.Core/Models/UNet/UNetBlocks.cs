using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.UNet;

/// <summary>One level on the way down: residual blocks, each followed by a transformer where the level has cross-attention.</summary>
internal sealed class UNetDownBlock : NamedModule
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Transformer2DModel>? attentions;
    private readonly ModuleList<Downsample2D>? downsamplers;

    public UNetDownBlock(UNet2DConditionConfig config, int level, long timeEmbedDim) : base(nameof(UNetDownBlock))
    {
        var channels = config.BlockOutChannels;
        long outChannels = channels[level], inChannels = channels[Math.Max(level - 1, 0)];
        var layers = Enumerable.Range(0, config.LayersPerBlock[level]).ToArray();
        register_module("resnets", resnets = ModuleList([.. layers.Select(i =>
            new ResnetBlock2D(i == 0 ? inChannels : outChannels, outChannels, config.NormNumGroups, config.NormEps, timeEmbedDim))]));
        if (config.DownBlockTypes[level] == "CrossAttnDownBlock2D")
            register_module("attentions", attentions = ModuleList([.. layers.Select(_ => UNetTransformers.Create(config, level))]));
        if (level < channels.Count - 1)
            register_module("downsamplers", downsamplers = ModuleList(new Downsample2D(outChannels, config.DownsamplePadding)));
    }

    /// <summary>Appends every state that the way up will meet again to <paramref name="skips"/>.</summary>
    public Tensor Forward(Tensor x, Tensor timeEmbedding, Tensor context, Stack<Tensor> skips)
    {
        for (var i = 0; i < resnets.Count; i++)
        {
            // A scope a layer: at 64×64 latents the states inside the layers would add up to gigabytes.
            var (before, layer) = (x, i);
            x = TensorScope.Run(() =>
            {
                var h = TensorScope.Run(() => resnets[layer].forward(before, timeEmbedding));
                return attentions is null ? h : attentions[layer].forward(h, context);
            });
            skips.Push(x);
        }
        if (downsamplers is null) return x;
        var last = x;
        x = TensorScope.Run(() => downsamplers[0].forward(last));
        skips.Push(x);
        return x;
    }
}

/// <summary>Lowest resolution: residual, transformer, residual.</summary>
internal sealed class UNetMidBlock : NamedModule
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Transformer2DModel> attentions;

    public UNetMidBlock(UNet2DConditionConfig config, long timeEmbedDim) : base(nameof(UNetMidBlock))
    {
        var level = config.BlockOutChannels.Count - 1;
        long channels = config.BlockOutChannels[level];
        register_module("resnets", resnets = ModuleList([.. Enumerable.Range(0, 2).Select(_ =>
            new ResnetBlock2D(channels, channels, config.NormNumGroups, config.NormEps, timeEmbedDim))]));
        register_module("attentions", attentions = ModuleList(UNetTransformers.Create(config, level, onlyCrossAttention: false))); // whatever the configuration says, as in diffusers
    }

    public Tensor Forward(Tensor x, Tensor timeEmbedding, Tensor context) => TensorScope.Run(() =>
    {
        var h = TensorScope.Run(() => resnets[0].forward(x, timeEmbedding));
        var attended = TensorScope.Run(() => attentions[0].forward(h, context));
        return resnets[1].forward(attended, timeEmbedding);
    });
}

/// <summary>One level on the way up: each residual block first joins the matching state of the way down.</summary>
internal sealed class UNetUpBlock : NamedModule
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Transformer2DModel>? attentions;
    private readonly ModuleList<Upsample2D>? upsamplers;

    public UNetUpBlock(UNet2DConditionConfig config, int index, long timeEmbedDim) : base(nameof(UNetUpBlock))
    {
        var channels = config.BlockOutChannels;
        var level = channels.Count - 1 - index;
        long outChannels = channels[level], previous = channels[Math.Min(level + 1, channels.Count - 1)], lastSkip = channels[Math.Max(level - 1, 0)];
        var layers = Enumerable.Range(0, config.LayersPerBlock[level] + 1).ToArray();
        register_module("resnets", resnets = ModuleList([.. layers.Select(i =>
        {
            var input = i == 0 ? previous : outChannels;
            var skip = i == layers.Length - 1 ? lastSkip : outChannels;
            return new ResnetBlock2D(input + skip, outChannels, config.NormNumGroups, config.NormEps, timeEmbedDim);
        })]));
        if (config.UpBlockTypes[index] == "CrossAttnUpBlock2D")
            register_module("attentions", attentions = ModuleList([.. layers.Select(_ => UNetTransformers.Create(config, level))]));
        if (level > 0) register_module("upsamplers", upsamplers = ModuleList(new Upsample2D(outChannels)));
    }

    /// <summary>
    /// When set, called with the output [B, C, h, w] of every residual block; gradients flow through it. The block frees it when it is done with
    /// it: who wants to keep it detaches it from its scope, and disposes it.
    /// </summary>
    public Action<Tensor>? ResnetObserver { get; set; }

    public Tensor Forward(Tensor x, Tensor timeEmbedding, Tensor context, Stack<Tensor> skips)
    {
        for (var i = 0; i < resnets.Count; i++)
        {
            var (before, layer) = (x, i);
            x = TensorScope.Run(() =>
            {
                var h = TensorScope.Run(() => resnets[layer].forward(cat([before, skips.Pop()], 1), timeEmbedding));
                ResnetObserver?.Invoke(h);
                return attentions is null ? h : attentions[layer].forward(h, context);
            });
        }
        if (upsamplers is null) return x;
        var (last, next) = (x, skips.Peek());
        return TensorScope.Run(() => upsamplers[0].To(last, next.shape[2], next.shape[3]));
    }
}

internal static class UNetTransformers
{
    public static Transformer2DModel Create(UNet2DConditionConfig config, int level, bool? onlyCrossAttention = null) => new(
        config.BlockOutChannels[level], config.Heads(level), config.TransformerLayersPerBlock[level], config.CrossAttentionDim,
        config.NormNumGroups, config.UseLinearProjection, onlyCrossAttention ?? config.OnlyCrossAttention[level]);
}
