using System.Text.Json.Nodes;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Cli;

public sealed class ScoreVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SubjectPhotos photos = SubjectPhotos.OfMiniWorld(0, 2);

    public ScoreVerbTests()
    {
        photos.B.SavePngs(folder.File("in"));
        photos.C.SavePngs(folder.File("set"));
    }

    public void Dispose()
    {
        photos.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Portraits_of_the_mini_world_are_scored_without_any_option()
    {
        var (code, output) = WorkbenchProcess.Run("score", folder.File("in"), "--references", folder.File("set"), "-o", folder.File("scores.json"));
        Assert.True(code == 0, output);
        var json = JsonNode.Parse(File.ReadAllText(folder.File("scores.json")))!;
        using var set = MetricSources.FromModelFolder(MiniWorldModels.Find()).Open();
        foreach (var metric in set.Metrics.Where(m => m.Kind is not MetricKind.FullReference))
        {
            var expected = metric.Score(photos.B, photos.C);
            Assert.Equal(expected, json["pictures"]!.AsArray().Select(p => p!["scores"]![metric.Name]!.GetValue<double>()), (x, y) => Math.Abs(x - y) < 1e-4);
            // The table has a line a metric, with its mean.
            Assert.Contains(output.Split('\n'), line => line.Contains($" {metric.Name} ", StringComparison.Ordinal) && line.Contains(FormattableString.Invariant($"{expected.Average():0.000}"), StringComparison.Ordinal));
        }
        Assert.Contains("left out IMS-IP, ISM, IMS (published): for want of ArcFace", output, StringComparison.Ordinal);
        Assert.Contains("left out LIQE", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no such folder of pictures", "--references", "nowhere")]
    [InlineData("no such ONNX file", "--arcface", "nowhere.onnx")]
    [InlineData("no such ONNX file", "--face-detector", "nowhere.onnx")]
    [InlineData("no such cascade file", "--haar", "nowhere")]
    [InlineData("no such weights file", "--liqe", "nowhere.pt")]
    [InlineData("BRISQUE", "--brisque", "nowhere")]
    [InlineData("no such weights file", "--lpips-vgg", "a", "b")]
    [InlineData("no such folder", "--model", "nowhere")]
    [InlineData("no such folder", "--clip", "nowhere")]
    [InlineData("at least 1 pixel", "--size", "0")]
    [InlineData("cpu, cuda or cuda:N", "--device", "gpu")]
    public void Bad_input_is_told_in_a_line_and_leaves_an_earlier_file_alone(string message, string option, params string[] values)
    {
        folder.WriteText("earlier", "scores.json");
        var (code, output) = WorkbenchProcess.Run(["score", folder.File("in"), "-o", folder.File("scores.json"), option, .. values]);
        Assert.Equal(2, code);
        Assert.Contains(message, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(folder.File("scores.json")));
        Assert.Equal(3, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void A_picture_that_is_broken_is_named_before_networks_are_opened()
    {
        folder.WriteText("no picture", "in", "zzz.png");
        var (code, output) = WorkbenchProcess.Run("score", folder.File("in"));
        Assert.Equal(2, code);
        Assert.Contains("zzz.png", output.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.DoesNotContain("opening networks", output, StringComparison.Ordinal);
    }
}
