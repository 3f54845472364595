using System.Runtime.InteropServices;
using TorchSharp;
using Workbench.Models.SuperResolution;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.SuperResolution;

public sealed class UpscalerJsImporterTests
{
    /// <summary>Largest difference to tfjs allowed, in grey levels; a right port in float32 is at about 0.0003.</summary>
    private const double FullPrecision = 0.01;

    private static readonly string? Repository = GoldenCase.Ancestors().FirstOrDefault(f => Directory.Exists(Path.Combine(f, "tests", "golden-assets")));

    [Theory]
    [InlineData("slim_x2")]
    [InlineData("slim_x4")]
    [InlineData("medium_x4")]
    public void Shipped_half_precision_weights_stay_within_a_grey_level_of_tfjs(string name)
    {
        var folder = Path.Combine(Repository ?? "", "data", "models", "esrgan", name.Replace('_', '-'));
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is not here.");
        var error = Compare(Upscaler.FromPretrained(folder), name, 1.0);
        TestContext.Current.SendDiagnosticMessage($"{name}, 16 bit: {error:g3} grey levels");
    }

    [Theory]
    [InlineData("esrgan-slim", "slim_x2")]
    [InlineData("esrgan-slim", "slim_x4")]
    [InlineData("esrgan-medium", "medium_x4")]
    [InlineData("esrgan-thick", "thick_x2")]
    [InlineData("esrgan-thick", "thick_x4")]
    public void Imported_weights_equal_tfjs(string package, string name)
    {
        var root = Environment.GetEnvironmentVariable("WORKBENCH_UPSCALERJS");
        Assert.SkipWhen(string.IsNullOrEmpty(root), "WORKBENCH_UPSCALERJS names no folder with unpacked @upscalerjs packages (esrgan-slim/models/x2/…).");
        var folder = Path.Combine(root!, package, "models", name.Split('_')[1]);
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is not here.");
        var error = Compare(UpscalerJsImporter.Import(folder), name, FullPrecision);
        TestContext.Current.SendDiagnosticMessage($"{name}: {error:g3} grey levels");
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void A_residual_dense_network_written_as_tfjs_comes_back(int scale, int convs)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var net = new Rdn(new RdnConfig { Scale = scale, NumBlocks = 2, NumConvs = convs, Growth = 4, NumFeatures = 8 });
        TfjsWriter.Write(folder.Path, net.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
        var again = Assert.IsType<Rdn>(UpscalerJsImporter.Import(folder.Path));
        Assert.Equal(net.Config, again.Config);
        var pixels = rand(1, 3, 6, 5);
        Assert.True(net.Upscale(pixels).allclose(again.Upscale(pixels)));
    }

    [Fact]
    public void The_channels_before_a_pixel_shuffle_are_put_into_torchs_order()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var net = new Rrdn(new RrdnConfig { Scale = 2, NumBlocks = 1, NumDense = 2, NumConvs = 1, Growth = 4, NumFeatures = 8 });
        TfjsWriter.Write(folder.Path, net.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
        var again = Assert.IsType<Rrdn>(UpscalerJsImporter.Import(folder.Path));
        Assert.Equal(net.Config, again.Config);
        var (stored, read) = (net.get_parameter("PreShuffle.bias")!, again.get_parameter("PreShuffle.bias")!);
        for (var k = 0; k < 4; k++)
        {
            for (var c = 0; c < 3; c++) Assert.Equal(stored[k * 3 + c].item<float>(), read[c * 4 + k].item<float>());
        }
    }

    [Fact]
    public void Shards_that_are_too_short_or_quantised_or_outside_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TfjsWriter.Write(folder.Path, new Dictionary<string, Tensor> { ["SR.weight"] = zeros(3, 12, 3, 3), ["SR.bias"] = zeros(3) });
        Assert.Contains("neither", Assert.Throws<InvalidDataException>(() => UpscalerJsImporter.Import(folder.Path)).Message, StringComparison.Ordinal);
        var shard = folder.File("group1-shard1of1.bin");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^4]);
        Assert.Contains("end inside", Assert.Throws<InvalidDataException>(() => UpscalerJsImporter.Import(folder.Path)).Message, StringComparison.Ordinal);
        var json = File.ReadAllText(folder.File("model.json"));
        File.WriteAllText(folder.File("model.json"), json.Replace("group1-shard1of1.bin", "../x.bin", StringComparison.Ordinal));
        Assert.Contains("outside", Assert.Throws<InvalidDataException>(() => UpscalerJsImporter.Import(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("model.json"), json.Replace("float32", "int32", StringComparison.Ordinal));
        Assert.Contains("not plain float32", Assert.Throws<InvalidDataException>(() => UpscalerJsImporter.Import(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static double Compare(SuperResolutionNetwork network, string golden, double tolerance)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var folder = Path.Combine(Repository!, "tests", "golden-assets", "esrgan");
        var pixels = NpyFile.Read(Path.Combine(folder, "esrgan_input_24x24x3_u8.npy")).permute(2, 0, 1).unsqueeze(0).to(ScalarType.Float32);
        var expected = NpyFile.Read(Path.Combine(folder, $"esrgan_{golden}_tfjs.npy")).permute(2, 0, 1).unsqueeze(0);
        var actual = network.call(pixels * (network.WhiteLevel / 255));
        return GoldenAssert.CloseAbsolute(actual * (255 / network.WhiteLevel), expected * (255 / network.WhiteLevel), tolerance, golden);
    }

    /// <summary>Writes the layout that the TensorFlow.js converter writes.</summary>
    private static class TfjsWriter
    {
        public static void Write(string folder, Dictionary<string, Tensor> parameters)
        {
            var entries = new List<string>();
            using var shard = File.Create(Path.Combine(folder, "group1-shard1of1.bin"));
            foreach (var (name, value) in parameters)
            {
                var kernel = name.EndsWith(".weight", StringComparison.Ordinal);
                var stored = kernel ? value.permute(2, 3, 1, 0) : value;
                var key = name.Replace(".weight", "/kernel", StringComparison.Ordinal).Replace(".bias", "/bias", StringComparison.Ordinal);
                entries.Add($$"""{"name": "{{key}}", "shape": [{{string.Join(", ", stored.shape)}}], "dtype": "float32"}""");
                shard.Write(MemoryMarshal.AsBytes(stored.contiguous().data<float>().ToArray().AsSpan()));
            }
            File.WriteAllText(Path.Combine(folder, "model.json"), """{"modelTopology": {"config": {"layers": []}}, "weightsManifest": """ +
                $$"""[{"paths": ["group1-shard1of1.bin"], "weights": [{{string.Join(", ", entries)}}]}]""" + "}");
        }
    }
}
