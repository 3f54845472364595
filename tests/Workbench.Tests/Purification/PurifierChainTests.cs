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
    [InlineData("code(2)", "needs the folder of a CodeFormer")]
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
