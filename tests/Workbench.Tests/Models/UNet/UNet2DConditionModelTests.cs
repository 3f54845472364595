using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.UNet;

public sealed class UNet2DConditionModelTests
{
    private static UNet2DConditionConfig Tiny => new()
    {
        BlockOutChannels = [8], DownBlockTypes = ["CrossAttnDownBlock2D"], UpBlockTypes = ["CrossAttnUpBlock2D"], LayersPerBlock = 1,
        NormNumGroups = 4, CrossAttentionDim = 6, AttentionHeadDim = 2,
    };

    [Theory]
    [MemberData(nameof(GoldenCase.All), "unet_", MemberType = typeof(GoldenCase))]
    public void Predicts_as_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var unet = new UNet2DConditionModel(golden.Json<UNet2DConditionConfig>("config.json"));
        StateDict.LoadInto(unet, golden.Weights);
        var names = golden.Io.Keys.Where(k => k.EndsWith(".output", StringComparison.Ordinal)).Select(k => k[..^".output".Length]).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var labels = golden.Io.Keys.Contains($"{name}.class_labels") ? golden.Io[$"{name}.class_labels"] : null;
            var output = unet.forward(golden.Io[$"{name}.sample"], golden.Io[$"{name}.timestep"], golden.Io[$"{name}.encoder_hidden_states"], labels);
            GoldenAssert.Close(output, golden.Io[$"{name}.output"], 1e-4, name);
        }
    }

    [Fact]
    public void A_class_embedding_wants_labels_and_reads_them()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var unet = new UNet2DConditionModel(Tiny with { NumClassEmbeds = 10 });
        var (x, t, states) = (randn(2, 4, 8, 8), tensor(5L), randn(2, 3, 6));
        Assert.Throws<ArgumentException>(() => unet.forward(x, t, states));
        var (one, other) = (unet.forward(x, t, states, tensor(new long[] { 1, 1 })), unet.forward(x, t, states, tensor(new long[] { 7, 7 })));
        Assert.True((one - other).abs().max().item<float>() > 1e-4);
    }

    [Theory]
    [InlineData("SimpleCrossAttnDownBlock2D")]
    [InlineData("KDownBlock2D")]
    public void An_unknown_block_is_refused_by_name(string block) =>
        Assert.Contains(block, Assert.Throws<NotSupportedException>(() => new UNet2DConditionModel(Tiny with { DownBlockTypes = [block] })).Message);

    [Fact]
    public void A_fresh_model_is_finite()
    {
        using var scope = NewDisposeScope();
        using var unet = new UNet2DConditionModel(Tiny);
        Assert.All(unet.parameters(), p => Assert.True(p.isfinite().all().item<bool>()));
    }
}
