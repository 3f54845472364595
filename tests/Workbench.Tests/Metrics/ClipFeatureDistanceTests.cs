using TorchSharp;
using Workbench.Metrics;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Metrics;

public sealed class ClipFeatureDistanceTests
{
    [Fact]
    public void Equal_pictures_have_distance_zero_and_others_a_gradient_that_brings_them_nearer()
    {
        using var scope = NewDisposeScope();
        using var model = TinyClip.Model();
        var distance = new ClipFeatureDistance(model);
        using var stream = new Seed(1).Open();
        var a = stream.Uniform(-0.8, 0.8, 2, 3, 16, 16);
        Assert.Equal(0, distance.Between(a, a).item<float>(), 1e-7);
        var x = (a + stream.NormalLike(a) * 0.1).requires_grad_();
        var before = distance.Between(x, a);
        var gradient = autograd.grad([before], [x])[0];
        Assert.True(gradient.isfinite().all().item<bool>());
        var after = distance.Between(x - gradient / gradient.norm() * 0.05, a);
        Assert.True(after.item<float>() < before.item<float>());
        Assert.Equal(before.item<float>(), distance.Between(a, x).item<float>(), 1e-5);
    }
}
