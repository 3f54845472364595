using Workbench.Models.UNet;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Collects what the residual blocks of a UNet's last level put out, and keeps it while it is open; gradients flow through it.</summary>
internal sealed class UNetFeatures : IDisposable
{
    private readonly UNetUpBlock block;
    private readonly List<Tensor> features = [];
    private int taken;

    /// <summary>Begins to collect.</summary>
    public UNetFeatures(UNet2DConditionModel unet)
    {
        block = unet.modules().OfType<UNetUpBlock>().Last();
        block.ResnetObserver = x => features.Add(x.DetachFromDisposeScope());
    }

    /// <summary>The features since the last call, one [N, C, h, w] a residual block; disposed with this.</summary>
    public IReadOnlyList<Tensor> Take()
    {
        var fresh = features[taken..];
        taken = features.Count;
        return fresh;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        block.ResnetObserver = null;
        foreach (var feature in features) feature.Dispose();
    }
}
