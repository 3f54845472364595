using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;

namespace Workbench.Tests.Purification;

public sealed class PurifierChainTests
{
    [Fact]
    public void A_chain_is_read_in_order()
    {
        var chain = PurifierChain.Parse(" jpeg(50) - gau(1e-1)-none");
        Assert.Equal(["jpeg", "gau", "none"], chain.Stages.Select(s => s.Name));
        Assert.Equal("jpeg(50)-gau(1e-1)-none", chain.Name);
    }

    [Theory]
    [InlineData("", "empty place")]
    [InlineData("jpeg--gau", "empty place")]
    [InlineData("jpeg-", "empty place")]
    [InlineData("blur", "no purifier 'blur'")]
    [InlineData("none(3)", "takes no argument")]
    [InlineData("jpeg(high)", "expected jpeg(quality)")]
    [InlineData("jpeg(50", "expected jpeg(quality)")]
    [InlineData("jpeg(0)", "quality is 0")]
    [InlineData("jpeg(50.5)", "whole")]
    [InlineData("gau(-1)", "sigma is -1")]
    [InlineData("code(2)", "weight is 2")]
    [InlineData("code", "needs the folder of a CodeFormer")]
    [InlineData("gridpure(0)", "0 iterations")]
    [InlineData("ldmsr(-5)", "noise level is -5")]
    [InlineData("sr", "needs the folder of an upscaler")]
    [InlineData("impress", "needs the folder of an AutoencoderKL")]
    [InlineData("pdiffp", "needs the folder of a pixel-space")]
    [InlineData("gridpure", "needs the folder of a pixel-space")]
    [InlineData("gridpure(1.5)", "whole")]
    [InlineData("ldiffp", "needs the folder of a text-to-image")]
    [InlineData("noisyup", "'noisyup' needs the folder of an upscaler")]
    [InlineData("oracle", "needs the clean pictures")]
    public void A_wrong_chain_says_what_is_wrong(string chain, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => PurifierChain.Parse(chain)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("jpeg(0)")]
    [InlineData("gau(-1)")]
    [InlineData("code(2)")]
    [InlineData("gridpure(0)")]
    [InlineData("code-ldmsr(-5)")]
    public void A_number_out_of_range_is_told_without_any_network(string chain) => Assert.Throws<ArgumentException>(() => PurifierChain.Check(chain));

    [Fact]
    public void Chains_of_the_same_sources_read_a_network_once_and_again_when_it_has_changed()
    {
        using var folder = new TemporaryFolder();
        void Write(float bias)
        {
            using var network = new Workbench.Models.SuperResolution.RrdbNet(new() { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 });
            using (TorchSharp.torch.no_grad()) network.get_parameter("conv_last.bias")!.fill_(bias);
            network.SavePretrained(folder.File("sr"));
        }
        Write(0.25f);
        var sources = new PurifierSources { Upscaler = folder.File("sr") };
        var read = 0;
        string Network(PurifierSources from) => from.Networks.Of(folder.File("sr"), from, _ => $"network {++read}");
        Assert.Equal("network 1", Network(sources));
        Assert.Equal("network 1", Network(sources with { Class = "dog" }));
        Assert.Equal("network 2", Network(new PurifierSources { Upscaler = folder.File("sr") }));
        Assert.Equal("network 3", Network(sources with { PipelineDType = TorchSharp.torch.ScalarType.BFloat16 }));
        using var pictures = Workbench.Imaging.ImageBatch.FromImages([Imaging.Pictures.Noise(8, 8, 1)]);
        double Mean() { using var pure = PurifierChain.Parse("sr", sources).Purify(pictures, new Seed(1)); return pure.Unit.mean().item<float>(); }
        double before;
        // What is read within a scope outlives it.
        using (TorchSharp.torch.NewDisposeScope()) before = Mean();
        Assert.Equal(before, Mean());
        Write(0.75f);
        Directory.GetFiles(folder.File("sr")).ToList().ForEach(f => File.SetLastWriteTimeUtc(f, DateTime.UtcNow.AddMinutes(1)));
        Assert.NotEqual(before, Mean());
        Assert.Equal("network 4", Network(sources));
    }

    [Fact]
    public void Stages_run_one_after_the_other()
    {
        using var images = ImageBatch.FromImages([Pictures.Noise(24, 24, 1)]);
        using var chained = PurifierChain.Parse("gau(1)-jpeg(40)").Purify(images, new Seed(0));
        using var blurred = PurifierChain.Parse("gau(1)").Purify(images, new Seed(0));
        using var both = PurifierChain.Parse("jpeg(40)").Purify(blurred, new Seed(0));
        using var swapped = PurifierChain.Parse("jpeg(40)-gau(1)").Purify(images, new Seed(0));
        Assert.True(chained.Image(0).PixelsEqual(both.Image(0)));
        Assert.False(chained.Image(0).PixelsEqual(swapped.Image(0)));
    }

    [Fact]
    public void The_oracle_returns_the_clean_pictures_and_refuses_others()
    {
        using var clean = ImageBatch.FromImages([Pictures.Gradient(16, 16)]);
        using var noisy = ImageBatch.FromImages([Pictures.Noise(16, 16, 1)]);
        var chain = PurifierChain.Parse("oracle", new PurifierSources { Clean = () => clean });
        using var result = chain.Purify(noisy, new Seed(0));
        Assert.True(result.Image(0).PixelsEqual(clean.Image(0)));
        using var other = ImageBatch.FromImages([Pictures.Noise(8, 8, 1)]);
        Assert.Contains("8×8", Assert.Throws<ArgumentException>(() => chain.Purify(other, new Seed(0))).Message, StringComparison.Ordinal);
    }
}
