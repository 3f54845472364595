using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Tests.Imaging;
using Workbench.Tests.Metrics;
using Workbench.Tests.Purification;
using Workbench.Worlds;
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

    [Theory]
    [InlineData("MiniWorld")]
    [InlineData("Paper", "--model", "other")]
    [InlineData("Smoke", "--model", "other", "--profile", "smoke")]
    [InlineData("MiniWorld", "--model", "mini")]
    public void The_settings_follow_the_model_unless_they_are_named(string profile, params string[] options)
    {
        Directory.CreateDirectory(folder.File("other"));
        string[] given = [.. options.Select(o => o switch { "other" => folder.File("other"), "mini" => MiniWorldModels.Find() + Path.DirectorySeparatorChar, _ => o })];
        var (code, output) = WorkbenchProcess.Run(["purify", "-c", "jpeg", .. given, folder.File("in"), folder.File("out")]);
        Assert.True(code == 0, output);
        Assert.Contains($"(profile {profile})", OneLine(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat", true)]
    [InlineData("face", false)]
    public void Code_passes_on_what_is_no_person_and_says_so(string name, bool passes)
    {
        using (var restorer = PurifierContractTests.Restorer()) restorer.SavePretrained(folder.File("model"));
        var (code, output) = WorkbenchProcess.Run("purify", "-c", "code", "--restorer", folder.File("model"), "--class", name, folder.File("in"), folder.File("out"));
        Assert.True(code == 0, output);
        Assert.Equal(passes, OneLine(output).Contains("pictures of class 'cat' pass it unchanged", StringComparison.Ordinal));
        Assert.Equal(passes, ImageCodec.Load(folder.File("out", "a.png")).PixelsEqual(ImageCodec.Load(folder.File("in", "a.png"))));
        // The record names no network that was not asked.
        Assert.Equal(passes ? 0 : 1, JsonNode.Parse(PngText.Read(folder.File("out", "a.png"))["purification"])!["models"]!.AsObject().Count);
    }

    [Fact]
    public void The_files_of_impresss_distance_are_in_its_record()
    {
        var (trunk, linear) = FormulaWeights.WriteTorchvisionAndLinear(GoldenCase.Named("metrics_lpips_vgg").File("weights_formula.json"), folder);
        JsonNode Record(string name, params string[] options)
        {
            var (code, output) = WorkbenchProcess.Run(["purify", "-c", "impress(2)", .. options, folder.File("in"), folder.File(name)]);
            Assert.True(code == 0, output);
            return JsonNode.Parse(PngText.Read(folder.File(name, "a.png"))["purification"])!;
        }
        var record = Record("vgg", "--lpips-vgg", trunk, linear);
        Assert.Equal("LPIPS (VGG)", record["settings"]!["perceptual_distance"]!.GetValue<string>());
        Assert.Equal(["vae", "perceptual_trunk", "perceptual_linear"], record["models"]!.AsObject().Select(m => m.Key));
        Assert.Equal(Fingerprint.OfFile(linear), record["models"]!["perceptual_linear"]!["sha256"]!.GetValue<string>());
        Assert.Equal(["vae", "perceptual"], Record("clip")["models"]!.AsObject().Select(m => m.Key));
    }

    /// <summary>The output without the breaks that a narrow console puts between words.</summary>
    private static string OneLine(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
