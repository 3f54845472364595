using TorchSharp;
using Workbench.Imaging;
using Workbench.Tests.Imaging;
using Workbench.Tests.Personalization;
using Xunit;

namespace Workbench.Tests.Cli;

/// <summary>Verbs that run published models: where and in which precision they compute, and what of a model folder they need.</summary>
public sealed class ComputeOptionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ComputeOptionsTests()
    {
        Pictures.Noise(16, 16, 1).SavePng(folder.File("in", "a.png"));
        // Nothing but the pipeline, as a published folder.
        using var pipeline = TinyModel.Create();
        pipeline.SavePretrained(folder.File("model"));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cuda", "torch finds no CUDA here")]
    [InlineData("cuda:1", "torch finds no CUDA here")]
    [InlineData("cuda:x", "cpu, cuda or cuda:N")]
    [InlineData("gpu", "cpu, cuda or cuda:N")]
    public void A_device_that_is_not_there_is_told_in_a_line_before_anything_is_done(string device, string message)
    {
        if (torch.cuda.is_available()) Assert.Skip("This machine has CUDA.");
        string[][] verbs =
        [
            ["sample", "--model", folder.File("model"), "--prompt", "a photo of person", "--out", folder.File("out")],
            ["protect", folder.File("in"), folder.File("out"), "--model", folder.File("model")],
            ["purify", "-c", "jpeg", folder.File("in"), folder.File("out")],
            ["score", folder.File("in"), "-o", folder.File("out", "scores.json")],
        ];
        foreach (var verb in verbs)
        {
            var (code, output) = WorkbenchProcess.Run([.. verb, "--device", device]);
            Assert.Equal(2, code);
            Assert.Contains(message, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder.File("out")));
        }
    }

    [Fact]
    public void Pictures_are_drawn_in_half_precision_where_asked_and_differ_a_little()
    {
        byte[] Draw(string dtype)
        {
            var (code, output) = WorkbenchProcess.Run("sample", "--model", folder.File("model"), "--prompt", "a photo of person", "--steps", "2", "--count", "1",
                "--device", "cpu", "--dtype", dtype, "--out", folder.File(dtype));
            Assert.True(code == 0, output);
            return File.ReadAllBytes(folder.File(dtype, "000.png"));
        }

        Assert.NotEqual(Draw("float32"), Draw("bfloat16"));
    }

    [Fact]
    public void Class_pictures_are_kept_where_asked()
    {
        var (code, output) = WorkbenchProcess.Run("protect", folder.File("in"), folder.File("out"), "--model", folder.File("model"), "--method", "fsmg", "--profile", "Smoke",
            "--cache", folder.File("class"), "--dtype", "bfloat16");
        Assert.True(code == 0, output);
        Assert.Single(Directory.GetFiles(folder.File("class"), "class-images.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_photo_study_takes_a_folder_that_holds_a_pipeline_only()
    {
        var (code, output) = WorkbenchProcess.Run("study", "photos", folder.File("in", "a.png"), "--model", folder.File("model"), "--chains", "none", "gau(1)",
            "--profile", "Smoke", "--size", "16", "--work", folder.File("work"), "--out", folder.File("out"));
        Assert.True(code == 0, output);
        Assert.True(File.Exists(folder.File("out", "results.md")));
    }
}
