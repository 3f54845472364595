using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Tests.Imaging;
using Workbench.Tests.Purification;
using Xunit;

namespace Workbench.Tests.Cli;

public sealed class PurifyVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PurifyVerbTests() => Pictures.Noise(16, 16, 1).SavePng(folder.File("in", "a.png"));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("code", "--restorer", null, "config.json")]
    [InlineData("code", "--restorer", """{"_class_name": "CodeFormer", "img_size": 100}""", "config.json")]
    [InlineData("sr", "--upscaler", "{", "is not valid JSON")]
    [InlineData("sr", "--upscaler", """{"_class_name": "RRDBNet", "scale": 3}""", "scale is 3")]
    public void A_model_folder_that_is_none_is_told_in_a_line(string chain, string option, string? config, string message)
    {
        var model = Directory.CreateDirectory(folder.File("model")).FullName;
        if (config is not null) folder.WriteText(config, "model", "config.json");
        var (code, output) = WorkbenchProcess.Run("purify", "-c", chain, option, model, folder.File("in", "a.png"), folder.File("out"));
        Assert.Equal(2, code);
        Assert.Contains(message, output.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--face-detector", "no such ONNX file")]
    [InlineData("--landmarks", "needs a face detector")]
    public void A_file_that_finds_no_faces_is_told_in_a_line(string option, string message)
    {
        using (var restorer = PurifierContractTests.Restorer()) restorer.SavePretrained(folder.File("model"));
        var (code, output) = WorkbenchProcess.Run("purify", "-c", "code", "--restorer", folder.File("model"), option, folder.File("none.onnx"), folder.File("in"), folder.File("out"));
        Assert.Equal(2, code);
        Assert.Contains(message, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void The_released_codes_settings_have_a_profile()
    {
        var (code, output) = WorkbenchProcess.Run("purify", "-c", "gau(2)", "--profile", "released", folder.File("in"), folder.File("out"));
        Assert.True(code == 0, output);
        var text = JsonNode.Parse(PngText.Read(folder.File("out", "a.png"))["purification"])!;
        var options = text["settings"]!["purifiers"]![0]!["options"]!;
        Assert.Equal((true, 2.0), (options["compat_pil_blur5"]!.GetValue<bool>(), options["sigma"]!.GetValue<double>()));
    }

    [Fact]
    public void A_link_to_the_folder_of_the_originals_is_no_place_for_results()
    {
        Links.Create(folder.File("out"), folder.File("in"));
        var before = File.ReadAllBytes(folder.File("in", "a.png"));
        var (code, output) = WorkbenchProcess.Run("purify", "-c", "jpeg", folder.File("in"), folder.File("out"));
        Assert.Equal(2, code);
        Assert.Contains("pictures themselves", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("in", "a.png")));
    }
}
