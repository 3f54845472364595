using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Metrics;

public class FullReferenceTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "metrics_psnr_ssim", MemberType = typeof(GoldenCase))]
    public void Psnr_and_ssim_agree_with_scikit_image(GoldenCase golden)
    {
        foreach (var pair in ModelConfigFile.ReadObject(golden.File("expected.json"))["pairs"]!.AsArray())
        {
            using var scope = torch.NewDisposeScope();
            var index = (int)pair!["pair"]!;
            var (a, b) = (Planes(golden.Io[$"{index}.a"]), Planes(golden.Io[$"{index}.b"]));
            Close(pair, "psnr_data_range_1", Psnr.Of(a, b), 1e-6);
            Close(pair, "ssim_gauss_sigma1.5_rgb", Ssim.Of(a, b), 1e-6);
            Close(pair, "ssim_uniform7_default_rgb", Ssim.Of(a, b, SsimWindow.Uniform), 1e-6);
            var (greyA, greyB) = (Grey(a), Grey(b));
            Close(pair, "ssim_gauss_gray_rec709", Ssim.Of(greyA, greyB), 1e-6);
            Close(pair, "ssim_uniform7_gray_rec709", Ssim.Of(greyA, greyB, SsimWindow.Uniform), 1e-6);
            GoldenAssert.CloseAbsolute(Ssim.Map(a, b)[0].permute(1, 2, 0), golden.Io[$"{index}.ssim_gauss_map"], 1e-5, $"map of pair {index}");
            using var batchA = ImageBatch.FromUnit(a);
            using var batchB = ImageBatch.FromUnit(b);
            Assert.Equal((double)pair["psnr_data_range_1"]!, new Psnr().Score(batchA, batchB)[0], 1e-5 * 40);
            Assert.Equal((double)pair["ssim_gauss_sigma1.5_rgb"]!, new Ssim().Score(batchA, batchB)[0], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "metrics_lpips_", MemberType = typeof(GoldenCase))]
    public void Lpips_agrees_with_the_reference(GoldenCase golden)
    {
        using var folder = new TemporaryFolder();
        var (trunk, linear) = FormulaWeights.WriteTorchvisionAndLinear(golden.File("weights_formula.json"), folder);
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        var lpips = Lpips.Load(FormulaWeights.Net(golden), trunk, linear);
        var (in0, in1) = (golden.Io["in0"], golden.Io["in1"]);
        GoldenAssert.Close(lpips.call(in0, in1), golden.Io["lpips"], 1e-4, "distance");
        var layers = lpips.LayerDistances(in0, in1);
        for (var i = 0; i < layers.Count; i++) GoldenAssert.Close(layers[i], golden.Io[$"layer{i}"], 1e-4, $"layer {i}");
    }

    [Fact]
    public void Lpips_reads_one_file_with_the_package_s_keys_and_refuses_one_that_lacks_them()
    {
        var golden = GoldenCase.Named("metrics_lpips_alex");
        using var folder = new TemporaryFolder();
        var path = FormulaWeights.WritePackage(golden.File("weights_formula.json"), folder);
        using var lpips = Lpips.Load(LpipsNet.Alex, path);
        using var a = ImageBatch.FromSigned(golden.Io["in0"]);
        Assert.Equal([0.0, 0.0], lpips.Score(a, a));
        Assert.Contains("lin0", Assert.Throws<WeightsException>(() =>
            Lpips.Load(LpipsNet.Alex, FormulaWeights.WriteTorchvisionAndLinear(golden.File("weights_formula.json"), folder).Trunk)).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsException>(() => Lpips.Load(LpipsNet.Vgg, path));
    }

    [Fact]
    public void Lpips_computes_with_the_weights_that_a_move_puts_in_place()
    {
        var golden = GoldenCase.Named("metrics_lpips_alex");
        using var folder = new TemporaryFolder();
        var path = FormulaWeights.WritePackage(golden.File("weights_formula.json"), folder);
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        using var lpips = Lpips.Load(LpipsNet.Alex, path);
        lpips.to(torch.ScalarType.Float64);
        torch.Tensor Distance() => lpips.call(golden.Io["in0"].to(torch.ScalarType.Float64), golden.Io["in1"].to(torch.ScalarType.Float64));
        Assert.Equal(torch.ScalarType.Float64, Distance().dtype);
        GoldenAssert.Close(Distance().to(torch.ScalarType.Float32), golden.Io["lpips"], 1e-4, "distance");
        foreach (var (_, linear) in lpips.named_parameters().Where(p => p.name.StartsWith("lin", StringComparison.Ordinal))) linear.zero_();
        Assert.Equal(0, Distance().abs().max().item<double>());
    }

    [Theory]
    [InlineData("metrics_lpips_alex", 31)]
    [InlineData("metrics_lpips_vgg", 16)]
    public void Lpips_takes_pictures_down_to_the_size_that_its_last_layer_needs_and_refuses_smaller_ones_by_it(string name, int smallest)
    {
        var golden = GoldenCase.Named(name);
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        using var lpips = Lpips.Load(FormulaWeights.Net(golden), FormulaWeights.WritePackage(golden.File("weights_formula.json"), folder));
        Assert.True(double.IsFinite(lpips.call(torch.zeros(1, 3, smallest, 40), torch.ones(1, 3, smallest, 40)).item<float>()));
        Assert.Contains($"at least {smallest}", Assert.Throws<ArgumentException>(
            () => lpips.call(torch.zeros(1, 3, 40, smallest - 1), torch.ones(1, 3, 40, smallest - 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lpips_goes_to_the_device_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var path = FormulaWeights.WritePackage(GoldenCase.Named("metrics_lpips_alex").File("weights_formula.json"), folder);
        // The device that holds shapes only stands for a graphics card.
        using var lpips = Lpips.Load(LpipsNet.Alex, path, new torch.Device(DeviceType.META));
        Assert.All(lpips.parameters(), p => Assert.Equal(DeviceType.META, p.device_type));
    }

    [Fact]
    public void Equal_pictures_score_the_best_possible()
    {
        using var batch = ImageBatch.FromImages([Imaging.Pictures.Noise(16, 16, 1), Imaging.Pictures.Gradient(16, 16)]);
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], new Psnr().Score(batch, batch));
        Assert.All(new Ssim().Score(batch, batch), s => Assert.Equal(1, s, 1e-12));
    }

    [Fact]
    public void Missing_or_unfitting_references_are_refused_with_the_metric_s_name()
    {
        using var two = ImageBatch.FromImages([new RgbImage(16, 16), new RgbImage(16, 16)]);
        using var one = two.Slice(0, 1);
        Assert.Contains("PSNR", Assert.Throws<ArgumentException>(() => new Psnr().Score(two)).Message, StringComparison.Ordinal);
        Assert.Contains("SSIM", Assert.Throws<ArgumentException>(() => new Ssim().Score(two, one)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Ssim.Of(torch.zeros(1, 3, 10, 10), torch.zeros(1, 3, 10, 10)));
    }

    private static torch.Tensor Planes(torch.Tensor picture) => picture.to(torch.float64).div(255).permute(2, 0, 1).unsqueeze(0);

    private static torch.Tensor Grey(torch.Tensor picture) =>
        (picture * torch.tensor(new[] { 0.2125, 0.7154, 0.0721 }).view(1, 3, 1, 1)).sum(1, keepdim: true);

    private static void Close(JsonNode pair, string name, torch.Tensor actual, double tolerance) =>
        Assert.True(Math.Abs((double)pair[name]! - actual.item<double>()) <= tolerance, $"{name}: {actual.item<double>()}, expected {pair[name]}");
}
