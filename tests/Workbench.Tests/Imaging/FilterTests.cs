using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;

namespace Workbench.Tests.Imaging;

public class FilterTests
{
    private sealed record TvCases(IReadOnlyList<TvCase> Cases);

    private sealed record TvCase(int Case, double Weight, double Eps, int MaxNumIter);

    [Theory]
    [MemberData(nameof(GoldenCase.All), "metrics_tv_chambolle", MemberType = typeof(GoldenCase))]
    public void Total_variation_denoising_agrees_with_scikit_image(GoldenCase golden)
    {
        foreach (var (index, weight, eps, iterations) in golden.Json<TvCases>("cases.json").Cases)
        {
            using var scope = torch.NewDisposeScope();
            var denoised = TvChambolle.Denoise(golden.Io[$"{index}.input"].permute(2, 0, 1).unsqueeze(0), weight, eps, iterations);
            GoldenAssert.CloseAbsolute(denoised[0].permute(1, 2, 0), golden.Io[$"{index}.output"], 1e-5, $"case {index}");
            GoldenAssert.CloseAbsolute(denoised[0, 0], golden.Io[$"{index}.output_gray"], 1e-5, $"case {index}, first channel");
        }
    }

    [Fact]
    public void Total_variation_denoising_leaks_nothing_and_lowers_the_variation()
    {
        using var stream = new Seed(3).Open();
        using var noisy = stream.Uniform(0, 1, 2, 3, 16, 16);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var smooth = TvChambolle.Denoise(noisy, 0.2)) Assert.True(Variation(smooth) < 0.5 * Variation(noisy));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Blur_keeps_a_flat_picture_and_spreads_a_point_as_the_kernel_says()
    {
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        var flat = torch.full(1, 3, 12, 12, 0.3);
        GoldenAssert.CloseAbsolute(GaussianBlur.Blur(flat, 5), flat, 1e-6);
        var point = torch.zeros(1, 1, 15, 15);
        point[0, 0, 7, 7] = 1;
        var kernel = GaussianBlur.Kernel(5, 1.1);
        GoldenAssert.CloseAbsolute(GaussianBlur.Blur(point, 5)[0, 0].narrow(0, 5, 5).narrow(1, 5, 5), kernel.outer(kernel), 1e-6);
        Assert.Equal(1.1, GaussianBlur.SigmaOf(5), 12);
    }

    [Fact]
    public void Blur_by_sigma_has_that_variance()
    {
        using var scope = torch.NewDisposeScope();
        var point = torch.zeros(1, 1, 41, 41);
        point[0, 0, 20, 20] = 1;
        var profile = GaussianBlur.Blur(point, 2.0).sum([0, 1, 2]);
        var variance = (profile * (torch.arange(41) - 20).square()).sum().item<float>();
        Assert.InRange(variance, 3.8, 4.0);
        Assert.Throws<ArgumentException>(() => GaussianBlur.Blur(torch.zeros(1, 3, 4, 4), 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianBlur.Kernel(4, 1));
    }

    [Fact]
    public void Jpeg_round_trip_is_closer_at_higher_quality_and_keeps_the_size()
    {
        using var batch = ImageBatch.FromImages([Pictures.Gradient(48, 40)]);
        using var fine = JpegRoundTrip.Apply(batch, 95);
        using var coarse = JpegRoundTrip.Apply(batch, 10);
        var (near, far) = (Pictures.MeanDifference(fine.Image(0), batch.Image(0)), Pictures.MeanDifference(coarse.Image(0), batch.Image(0)));
        Assert.True(near < 2 && far > 1.5 * near, $"{near} and {far}");
        Assert.Equal((48, 40), (coarse.Width, coarse.Height));
        Assert.Throws<ArgumentOutOfRangeException>(() => JpegRoundTrip.Apply(batch, 0));
    }

    private static float Variation(torch.Tensor x) => TensorScope.Value(() => (x.diff(dim: 2).abs().mean() + x.diff(dim: 3).abs().mean()).item<float>());
}
