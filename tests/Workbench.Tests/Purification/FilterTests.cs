using TorchSharp;
using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

/// <summary>What the filters do to pictures whose answer is known.</summary>
public sealed class FilterTests
{
    [Fact]
    public void The_papers_blur_means_the_same_share_of_every_picture()
    {
        Assert.Equal(5, GaussianFilterOptions.Paper.SigmaFor(512, 700));
        Assert.Equal(0.625, GaussianFilterOptions.Paper.SigmaFor(64, 64));
        Assert.Equal(5, (GaussianFilterOptions.Paper with { ReferenceSide = null }).SigmaFor(64, 64));
    }

    [Fact]
    public void A_kernel_of_five_reaches_two_pixels_and_no_further()
    {
        using var scope = NewDisposeScope();
        var point = zeros(1, 3, 15, 15);
        point[0, 0, 7, 7] = 1;
        var blurred = new GaussianFilter(GaussianFilterOptions.Kernel5).PurifyDifferentiably(point, new Seed(0));
        Assert.True(blurred[0, 0, 7, 9].item<float>() > 0);
        Assert.Equal(0, blurred[0, 0, 7, 10].item<float>());
        Assert.Throws<ArgumentException>(() => new GaussianFilter(new GaussianFilterOptions { KernelSize = 4 }));
    }

    [Fact]
    public void A_blur_removes_noise_and_jpeg_removes_more_of_it_at_lower_quality()
    {
        using var clean = ImageBatch.FromImages([Pictures.Gradient(64, 64)]);
        using var noisy = Noisy(clean);
        Assert.True(Error("gau(1)", noisy, clean) < 0.6 * Difference(noisy, clean));
        Assert.True(Error("jpeg(20)", noisy, clean) < Error("jpeg(95)", noisy, clean));
    }

    [Fact]
    public void Jpeg_equals_the_codecs_round_trip()
    {
        var image = Pictures.Gradient(40, 24);
        using var batch = ImageBatch.FromImages([image]);
        using var result = new JpegCompression().Purify(batch, new Seed(0));
        Assert.True(result.Image(0).PixelsEqual(ImageCodec.Load(image.EncodeJpeg(75))));
    }

    [Fact]
    public void Total_variation_denoises_and_a_larger_weight_flattens_more()
    {
        using var clean = ImageBatch.FromImages([Pictures.Gradient(48, 48)]);
        using var noisy = Noisy(clean);
        Assert.True(Error("tvm", noisy, clean) < 0.8 * Difference(noisy, clean));
        using ImageBatch weak = PurifierChain.Parse("tvm(0.02)").Purify(noisy, new Seed(0)), strong = PurifierChain.Parse("tvm(0.5)").Purify(noisy, new Seed(0));
        Assert.True(strong.Unit.std().item<float>() < weak.Unit.std().item<float>());
    }

    [Fact]
    public void The_compared_total_variation_fills_in_what_was_dropped()
    {
        using var clean = ImageBatch.FromImages([Pictures.Gradient(64, 64)]);
        var purifier = new TotalVariation(TotalVariationOptions.Paper with { DropRate = 0.2 });
        using var result = purifier.Purify(clean, new Seed(0));
        Assert.True(Difference(result, clean) < 0.03, $"mean difference {Difference(result, clean)}");
        using var other = purifier.Purify(clean, new Seed(1));
        Assert.False(result.Image(0).PixelsEqual(other.Image(0)));
    }

    private static ImageBatch Noisy(ImageBatch clean)
    {
        using var random = new Seed(5).Open();
        using var scope = NewDisposeScope();
        return ImageBatch.FromUnit(clean.Unit + random.Normal(clean.Unit.shape) * 0.06);
    }

    private static double Error(string chain, ImageBatch images, ImageBatch clean)
    {
        using var result = PurifierChain.Parse(chain).Purify(images, new Seed(0));
        return Difference(result, clean);
    }

    private static double Difference(ImageBatch a, ImageBatch b) => TensorScope.Value(() => (a.Unit - b.Unit).abs().mean().ToDouble());
}
