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

    [Fact]
    public void The_compared_total_variation_minimises_what_it_says()
    {
        using var scope = NewDisposeScope();
        using var random = new Seed(2).Open();
        var options = TotalVariationOptions.Paper with { Side = 12, MaxIterations = 4000 };
        Tensor x = random.Uniform(0, 1, 12, 36), kept = (random.Uniform(0, 1, 12, 36) >= 0.1).to(ScalarType.Float32);
        var best = new TotalVariation(options).Solve(x, kept, CancellationToken.None);
        var value = Objective(best);
        Assert.True(value < Objective(x), $"{value} against {Objective(x)} of the input");
        foreach (var other in Enumerable.Range(0, 20).Select(i => best + random.Normal(12, 36) * (i % 2 == 0 ? 1e-2 : 1e-3)).Append(best * 0.99 + x * 0.01).Append(best * 0.99 + x.mean() * 0.01))
            Assert.True(Objective(other) > value - 1e-4, $"{Objective(other)} beside {value}");

        // Written out with loops, in double: the distance of kept values, and the length of every difference of neighbouring rows and columns.
        double Objective(Tensor of)
        {
            float[] z = of.data<float>().ToArray(), given = x.data<float>().ToArray(), counts = kept.data<float>().ToArray();
            double Length(IEnumerable<(int A, int B)> pairs) => Math.Sqrt(pairs.Sum(p => Math.Pow((double)z[p.A] - z[p.B], 2)));
            var distance = Math.Sqrt(Enumerable.Range(0, 12 * 36).Sum(i => counts[i] * Math.Pow((double)z[i] - given[i], 2)));
            var rows = Enumerable.Range(1, 11).Sum(r => Length(Enumerable.Range(0, 36).Select(c => (r * 36 + c, (r - 1) * 36 + c))));
            var columns = Enumerable.Range(1, 35).Sum(c => Length(Enumerable.Range(0, 12).Select(r => (r * 36 + c, r * 36 + c - 1))));
            return distance + options.Weight * (rows + columns);
        }
    }

    [Fact]
    public void The_compared_total_variation_takes_the_colours_of_a_pixel_for_neighbouring_columns()
    {
        using var orange = ImageBatch.FromUnit(TensorScope.Run(() => tensor(new[] { 0.9f, 0.5f, 0.1f }).view(1, 3, 1, 1).expand(1, 3, 16, 16).contiguous()));
        using ImageBatch released = new TotalVariation(TotalVariationOptions.Paper with { Side = 16, DropRate = 0, Weight = 0.2 }).Purify(orange, new Seed(0)),
            perChannel = new TotalVariation().Purify(orange, new Seed(0));
        Assert.True(Difference(perChannel, orange) < 1e-3);
        Assert.True(Difference(released, orange) > 0.05, $"{Difference(released, orange)}");
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
