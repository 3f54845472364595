using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

public sealed class ClassImagesTests
{
    [Fact]
    public void The_second_call_reads_the_first_calls_pictures()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pipeline = TinyModel.Create();
        var steps = 0;
        var count = new Immediate<DenoisingProgress>(_ => steps++);
        using var drawn = ClassImages.Get(pipeline, "a photo of person", SamplingConfig.Smoke, new Seed(1), folder.Path, count, TestContext.Current.CancellationToken);
        var once = steps;
        using var read = ClassImages.Get(pipeline, "a photo of person", SamplingConfig.Smoke, new Seed(1), folder.Path, count, TestContext.Current.CancellationToken);
        Assert.True(once > 0);
        Assert.Equal(once, steps);
        Assert.Equal(Fingerprint.Of(drawn.Unit), Fingerprint.Of(read.Unit));

        ClassImages.Get(pipeline, "a photo of sks person", SamplingConfig.Smoke, new Seed(1), folder.Path, count, TestContext.Current.CancellationToken).Dispose();
        Assert.Equal(2 * once, steps);
    }

    [Fact]
    public void A_cancelled_call_leaves_nothing_that_looks_finished()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pipeline = TinyModel.Create();
        using var stop = new CancellationTokenSource();
        var cancel = new Immediate<DenoisingProgress>(_ => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => ClassImages.Get(pipeline, "a photo of person", SamplingConfig.Smoke, new Seed(1), folder.Path, cancel, stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }
}
