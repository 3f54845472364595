using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

public sealed class LatentCacheTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Groups_of_any_size_give_the_same_posteriors_in_the_same_order(int atOnce)
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(5, 1);
        using var cache = LatentCache.Encode(pipeline.Vae, photos.ToSigned(), atOnce, TestContext.Current.CancellationToken);
        Assert.Equal(5, cache.Count);
        long[] rows = [4, 0, 1, 2, 3];
        using RandomStream draws = new Seed(3).Open(), same = new Seed(3).Open();
        var whole = pipeline.Vae.Encode(photos.ToSigned().index_select(0, tensor(rows)));
        GoldenAssert.CloseAbsolute(cache.Sample(rows, draws), whole.Sample(same.NormalLike(whole.Mean)) * pipeline.Vae.Config.ScalingFactor, 1e-5, "samples");
    }

    [Fact]
    public void Nothing_but_the_posteriors_is_left_of_encoding()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(3, 1);
        using var pixels = photos.ToSigned();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var cache = LatentCache.Encode(pipeline.Vae, pixels, 1, TestContext.Current.CancellationToken);
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - before, 0, 2);
        cache.Dispose();
    }
}
