using Workbench.Models.Blocks;
using Workbench.Models.UNet;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Collects the text cross-attention probabilities of a UNet, and keeps them while it is open; gradients flow through them.</summary>
internal sealed class CrossAttentionMaps : IDisposable
{
    private readonly BasicTransformerBlock[] blocks;
    private readonly List<Tensor> maps = [];

    /// <summary>Begins to collect.</summary>
    public CrossAttentionMaps(UNet2DConditionModel unet)
    {
        blocks = [.. unet.modules().OfType<BasicTransformerBlock>()];
        foreach (var block in blocks) block.CrossAttention.ProbabilitiesObserver = map => maps.Add(map.DetachFromDisposeScope());
    }

    /// <summary>How much of the attention falls on some tokens, relative to an even spread: 1 when every token gets the same; a scalar.</summary>
    /// <param name="positions">Positions of the tokens in the prompt.</param>
    public Tensor ShareOf(IReadOnlyList<long> positions)
    {
        if (maps.Count == 0) throw new InvalidOperationException("No attention map was collected: the UNet was not called, or has no cross-attention.");
        var rows = tensor(positions.ToArray(), device: maps[0].device);
        return stack(maps.Select(m => m.index_select(3, rows).to(ScalarType.Float32).mean() * m.shape[3]), 0).mean();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in blocks) block.CrossAttention.ProbabilitiesObserver = null;
        foreach (var map in maps) map.Dispose();
    }
}
