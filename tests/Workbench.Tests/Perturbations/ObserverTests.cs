using TorchSharp;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

/// <summary>What attacks look at inside a UNet outlives the pass that made it, with its gradient.</summary>
public sealed class ObserverTests
{
    [Fact]
    public void Features_are_read_after_the_pass_and_carry_gradients()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using var draws = new Seed(1).Open();
        Tensor x = draws.Normal(2, 4, 8, 8).requires_grad_(), states = draws.Normal(2, 5, 16);
        using var features = new UNetFeatures(pipeline.UNet);
        using (no_grad()) pipeline.UNet.forward(x.detach() * 2, tensor(3L), states);
        var reference = features.Take();
        pipeline.UNet.forward(x, tensor(3L), states);
        var taken = features.Take();
        Assert.Equal(2, taken.Count);
        var distance = taken.Zip(reference, (a, b) => (a - b).square().mean()).Aggregate((a, b) => a + b);
        Assert.True(autograd.grad([distance], [x])[0].abs().min().item<float>() > 0);
        Assert.Empty(features.Take());
        features.Dispose();
        Assert.All(taken, t => Assert.True(t.IsInvalid));
    }

    [Fact]
    public void Attention_maps_are_read_after_the_pass_and_carry_gradients()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using var draws = new Seed(1).Open();
        Tensor x = draws.Normal(2, 4, 8, 8).requires_grad_(), states = draws.Normal(2, 5, 16);
        using var maps = new CrossAttentionMaps(pipeline.UNet);
        pipeline.UNet.forward(x, tensor(3L), states);
        Assert.True(autograd.grad([maps.ShareOf([1, 2])], [x])[0].abs().max().item<float>() > 0);
    }
}
