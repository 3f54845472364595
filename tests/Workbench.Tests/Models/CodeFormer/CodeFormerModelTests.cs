using TorchSharp;
using Workbench.Models.CodeFormer;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.CodeFormer;

public sealed class CodeFormerModelTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [MemberData(nameof(GoldenCase.All), "codeformer_", MemberType = typeof(GoldenCase))]
    public void Codes_and_pictures_equal_the_reference(GoldenCase golden)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var model = new CodeFormerModel(golden.Json<CodeFormerConfig>("config.json"));
        StateDict.LoadInto(model, golden.Weights);
        var tile = golden.Io["tile"];
        var repeats = model.Config.ImgSize / tile.size(3);
        var input = tile.repeat_interleave(repeats, 2).repeat_interleave(repeats, 3);
        foreach (var (name, w, adain) in new[] { ("w0", 0.0, false), ("w0.5", 0.5, false), ("w1", 1.0, false), ("w0.5_adain", 0.5, true) })
        {
            using var inner = NewDisposeScope();
            var output = model.Restore(input, w, adain);
            GoldenAssert.Exact(output.CodeIndices, golden.Io["code_indices"], "code_indices");
            var logits = GoldenAssert.Close(output.Logits, golden.Io["logits"], Tolerance, "logits");
            var features = GoldenAssert.Close(output.LowQualityFeatures, golden.Io["lq_feat"], Tolerance, "lq_feat");
            var strided = output.Image[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(1, null, 5), TensorIndex.Slice(2, null, 5)];
            var error = GoldenAssert.Close(strided, golden.Io[$"{name}.output_strided"], Tolerance, $"{name} strided");
            TestContext.Current.SendDiagnosticMessage($"{golden.Name} {name}: features {features:g3}, logits {logits:g3}, picture {error:g3}");
            if (!golden.Io.Contains($"{name}.output_crop")) continue;
            GoldenAssert.Close(output.Image.narrow(2, 200, 48).narrow(3, 300, 48), golden.Io[$"{name}.output_crop"], Tolerance, $"{name} crop");
            var statistics = stack([output.Image.mean([0, 2, 3]), output.Image.flatten(2)[0].std(1, unbiased: true)]);
            GoldenAssert.Close(statistics, golden.Io[$"{name}.output_mean_std"], Tolerance, $"{name} mean and std");
        }
    }

    [Fact]
    public void A_small_network_restores_small_pictures_and_survives_saving()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new CodeFormerModel(Small());
        model.SavePretrained(folder.Path);
        var again = CodeFormerModel.FromPretrained(folder.Path);
        var pixels = rand(2, 3, 32, 32) * 2 - 1;
        var output = model.Restore(pixels);
        Assert.Equal([2, 3, 32, 32], output.Image.shape);
        Assert.Equal([2, 64], output.CodeIndices.shape);
        Assert.True(output.Image.allclose(again.Restore(pixels).Image));
    }

    [Fact]
    public void Only_the_normalisation_statistics_carry_a_gradient_in_the_published_network()
    {
        using var scope = NewDisposeScope();
        var model = new CodeFormerModel(Small());
        var pixels = (rand(1, 3, 32, 32) * 2 - 1).requires_grad_();
        var without = model.Restore(pixels, w: 0.5, adain: false, detachEncoder: true).Image;
        Assert.DoesNotContain(autograd.grad([without.sum()], [pixels], allow_unused: true), g => g is { IsInvalid: false } && g.abs().max().item<float>() > 0);
        var with = model.Restore(pixels, w: 0.5, adain: true, detachEncoder: true).Image;
        Assert.True(autograd.grad([with.sum()], [pixels])[0].abs().max().item<float>() > 0);
    }

    [Fact]
    public void Opened_for_attacks_the_codes_pass_the_gradient_on_and_the_picture_stays()
    {
        using var scope = NewDisposeScope();
        var model = new CodeFormerModel(Small());
        var pixels = (rand(1, 3, 32, 32) * 2 - 1).requires_grad_();
        // At w = 0 and without AdaIN nothing but the codes leads from the input to the picture.
        Tensor published = model.Restore(pixels, w: 0, adain: false).Image, open = model.Restore(pixels, w: 0, adain: false, detachEncoder: false).Image;
        Assert.True(open.allclose(published, rtol: 1e-4, atol: 1e-5));
        Assert.True(autograd.grad([open.sum()], [pixels])[0].abs().max().item<float>() > 0);
    }

    [Fact]
    public void Another_picture_size_is_refused() => Assert.Contains("32×32", Assert.Throws<ArgumentException>(
        () => new CodeFormerModel(Small()).Restore(zeros(1, 3, 64, 64))).Message, StringComparison.Ordinal);

    [Fact]
    public void Configs_that_contradict_themselves_are_refused()
    {
        Assert.Contains("latent_size", Assert.Throws<InvalidDataException>(() => new CodeFormerModel(Small() with { LatentSize = 63 })).Message, StringComparison.Ordinal);
        Assert.Contains("'48'", Assert.Throws<InvalidDataException>(() => new CodeFormerModel(Small() with { ConnectList = ["48"] })).Message, StringComparison.Ordinal);
        Assert.Contains("norm_num_groups 5", Assert.Throws<InvalidDataException>(() => new CodeFormerModel(Small() with { NormNumGroups = 5 })).Message, StringComparison.Ordinal);
    }

    private static CodeFormerConfig Small() => new()
    {
        DimEmbd = 16, NHead = 2, NLayers = 1, CodebookSize = 24, LatentSize = 64, ConnectList = ["8", "32"], ImgSize = 32,
        Nf = 4, ChMult = [1, 2, 2], ResBlocks = 1, AttnResolutions = [8], EmbDim = 8, NormNumGroups = 2,
    };
}
