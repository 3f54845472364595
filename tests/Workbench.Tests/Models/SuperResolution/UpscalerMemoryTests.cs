using TorchSharp;
using Workbench.Models.SuperResolution;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.SuperResolution;

/// <summary>What lies between a photo and its enlargement would fill the memory if it stayed until the end.</summary>
public sealed class UpscalerMemoryTests
{
    public static TheoryData<SuperResolutionNetwork> Networks =>
    [
        new RrdbNet(new() { Scale = 2, NumFeat = 8, NumBlock = 4, NumGrowCh = 4 }),
        new SrvggNetCompact(new() { NumFeat = 8, NumConv = 9, Upscale = 2 }),
        new Rrdn(new() { NumFeatures = 8, Growth = 4, NumConvs = 2, NumBlocks = 4 }),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_pass_leaves_few_tensors_behind_however_deep_the_network_is(SuperResolutionNetwork network)
    {
        using var owned = network;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var input = zeros(1, 3, 8, 8);
        var before = scope.DisposablesCount;
        network.call(input);
        Assert.InRange(scope.DisposablesCount - before, 1, 8);
    }
}
