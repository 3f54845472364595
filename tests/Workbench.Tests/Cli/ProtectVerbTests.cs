using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Cli;

public sealed class ProtectVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ProtectVerbTests() => Pictures.Noise(64, 64, 1).SavePng(folder.File("in", "a.png"));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("MiniWorld")]
    [InlineData("Paper", "--model", "other")]
    [InlineData("Smoke", "--model", "other", "--profile", "smoke")]
    public void The_settings_follow_the_model_unless_they_are_named(string profile, params string[] options)
    {
        if (options.Length > 0) RandomModelFolder.Write(folder.File("other"), new Seed(1));
        var (code, output) = WorkbenchProcess.Run(["protect", folder.File("in"), folder.File("out"), "--method", "random-sign", .. options.Select(o => o == "other" ? folder.File("other") : o)]);
        Assert.True(code == 0, output);
        Assert.Contains($"(profile {profile})", OneLine(output), StringComparison.Ordinal);
        Assert.True(JsonNode.Parse(File.ReadAllText(folder.File("out", ProtectedFolder.ManifestFile)))!["audit"]!["max_levels"]!.GetValue<int>() > 0);
    }

    /// <summary>The output without the breaks that a narrow console puts between words.</summary>
    private static string OneLine(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
