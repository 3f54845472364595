using Workbench.Models.UNet;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Collects what the residual blocks of a UNet's last level put out, while it is open; gradients flow through them.</summary>
internal sealed class UNetFeatures : IDisposable
{
    private readonly UNetUpBlock block;
    private List<Tensor> features = [];

    /// <summary>Begins to collect.</summary>
    public UNetFeatures(UNet2DConditionModel unet)
    {
        block = unet.modules().OfType<UNetUpBlock>().Last();
        block.ResnetObserver = x => features.Add(x);
    }

    /// <summary>The features since the last call, one [N, C, h, w] a residual block.</summary>
    public IReadOnlyList<Tensor> Take()
    {
        var taken = features;
        features = [];
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose() => block.ResnetObserver = null;
}
