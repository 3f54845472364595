using TorchSharp;
using Workbench.Models.SuperResolution;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.SuperResolution;

public sealed class RrdbNetTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "rrdbnet_", MemberType = typeof(GoldenCase))]
    public void Output_and_trunk_equal_the_reference(GoldenCase golden)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var net = new RrdbNet(golden.Json<RrdbNetConfig>("config.json"));
        StateDict.LoadInto(net, golden.Weights);
        var input = golden.Io["input"];
        if (golden.Io.Contains("dbg.conv_first_to_body")) GoldenAssert.Close(net.Body(net.First(input)), golden.Io["dbg.conv_first_to_body"], 1e-4, "body");
        var error = GoldenAssert.Close(net.call(input), golden.Io["output"], 1e-4, "output");
        TestContext.Current.SendDiagnosticMessage($"{golden.Name}: error {error:g3}");
    }

    [Fact]
    public void A_saved_network_gives_the_same_pictures_when_read_again()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var net = new RrdbNet(new RrdbNetConfig { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 });
        net.SavePretrained(folder.Path);
        var again = Assert.IsType<RrdbNet>(Upscaler.FromPretrained(folder.Path));
        Assert.Equal(net.Config, again.Config);
        var pixels = rand(1, 3, 8, 6);
        Assert.True(net.Upscale(pixels).equal(again.Upscale(pixels)).all().item<bool>());
    }

    [Theory]
    [InlineData(1, 7, 9)]
    [InlineData(2, 7, 9)]
    [InlineData(4, 5, 3)]
    public void Upscale_takes_any_size_and_stays_in_range(int scale, int height, int width)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var net = new RrdbNet(new RrdbNetConfig { Scale = scale, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 });
        var output = net.Upscale(rand(2, 3, height, width));
        Assert.Equal([2, 3, height * scale, width * scale], output.shape);
        Assert.InRange(output.min().item<float>(), 0, 1);
        Assert.InRange(output.max().item<float>(), 0, 1);
    }

    [Fact]
    public void A_scale_that_the_architecture_lacks_is_refused() =>
        Assert.Contains("scale is 3", Assert.Throws<InvalidDataException>(() => new RrdbNet(new RrdbNetConfig { Scale = 3 })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_of_another_class_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), """{"_class_name": "SwinIR"}""");
        var message = Assert.Throws<InvalidDataException>(() => Upscaler.FromPretrained(folder.Path)).Message;
        Assert.Contains("'SwinIR'", message, StringComparison.Ordinal);
        Assert.Contains("RRDBNet", message, StringComparison.Ordinal);
    }
}
