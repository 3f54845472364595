using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.CodeFormer;

/// <summary>One half of the autoencoder: a flat list of blocks, some of whose outputs take part in feature fusion.</summary>
internal sealed class BlockList : NamedModule<Tensor, Tensor>
{
    private readonly List<Module<Tensor, Tensor>> blocks = [];
    private readonly Dictionary<int, string> fusionPoints = [];

    private BlockList(string name) : base(name)
    {
    }

    /// <summary>Picture → features: the fusion point of a level is its last residual block (before its attention).</summary>
    internal static BlockList Encoder(CodeFormerConfig config)
    {
        var list = new BlockList("encoder");
        var channels = config.Nf;
        list.Add(new Conv2d(3, channels, 3, padding: 1));
        for (var level = 0; level < config.ChMult.Count; level++)
        {
            channels = list.AddLevel(config, level, channels, lastIsFusionPoint: true);
            if (level < config.ChMult.Count - 1) list.Add(new Downsample(channels));
        }
        list.AddMiddle(config, channels);
        list.Add(Blocks.Norm(channels, config.NormNumGroups));
        list.Add(new Conv2d(channels, config.EmbDim, 3, padding: 1));
        return list.Registered();
    }

    /// <summary>
    /// Codes → picture: the fusion point of a level is its first residual block, but for the lowest level, where it is the last.
    /// </summary>
    internal static BlockList Generator(CodeFormerConfig config)
    {
        var list = new BlockList("generator");
        var lowest = config.ChMult.Count - 1;
        var channels = config.ChannelsAt(lowest);
        list.Add(new Conv2d(config.EmbDim, channels, 3, padding: 1));
        list.AddMiddle(config, channels);
        for (var level = lowest; level >= 0; level--)
        {
            channels = list.AddLevel(config, level, channels, lastIsFusionPoint: level == lowest);
            if (level > 0) list.Add(new Upsample(channels));
        }
        list.Add(Blocks.Norm(channels, config.NormNumGroups));
        list.Add(new Conv2d(channels, 3, 3, padding: 1));
        return list.Registered();
    }

    public override Tensor forward(Tensor input) => Run(input, (_, x) => x);

    /// <summary>Runs all blocks; <paramref name="atFusionPoint"/> sees (resolution, features) and may replace the features.</summary>
    internal Tensor Run(Tensor input, Func<string, Tensor, Tensor> atFusionPoint)
    {
        var x = input;
        for (var i = 0; i < blocks.Count; i++)
        {
            var (block, before) = (blocks[i], x);
            x = TensorScope.Run(() => block.call(before));
            if (fusionPoints.TryGetValue(i, out var size)) x = atFusionPoint(size, x);
        }
        return x;
    }

    private int AddLevel(CodeFormerConfig config, int level, int inChannels, bool lastIsFusionPoint)
    {
        var (channels, size) = (config.ChannelsAt(level), config.ImgSize >> level);
        for (var i = 0; i < config.ResBlocks; i++)
        {
            Add(new ResBlock(i == 0 ? inChannels : channels, channels, config.NormNumGroups));
            if (i == (lastIsFusionPoint ? config.ResBlocks - 1 : 0)) fusionPoints[blocks.Count - 1] = size.ToString();
            if (config.AttnResolutions.Contains(size)) Add(new AttnBlock(channels, config.NormNumGroups));
        }
        return channels;
    }

    private void AddMiddle(CodeFormerConfig config, int channels)
    {
        Add(new ResBlock(channels, channels, config.NormNumGroups));
        Add(new AttnBlock(channels, config.NormNumGroups));
        Add(new ResBlock(channels, channels, config.NormNumGroups));
    }

    private void Add(Module<Tensor, Tensor> block) => blocks.Add(block);

    /// <summary>Makes the finished list part of the module.</summary>
    private BlockList Registered()
    {
        register_module("blocks", ModuleList([.. blocks]));
        return this;
    }
}

/// <summary>The codebook: looks codes up by their number.</summary>
internal sealed class Codebook : NamedModule<Tensor, long, Tensor>
{
    private readonly Embedding embedding;

    internal Codebook(int size, int channels) : base(nameof(Codebook)) =>
        register_module("embedding", embedding = Embedding(size, channels));

    internal Parameter Weight => embedding.weight!;

    /// <summary>Codes of a square map: <c>[B, s*s]</c> int64 → <c>[B, EmbDim, s, s]</c>.</summary>
    public override Tensor forward(Tensor indices, long side)
    {
        var table = embedding.weight!;
        return table.index_select(0, indices.flatten()).reshape(indices.size(0), side, side, table.size(1)).permute(0, 3, 1, 2);
    }
}
