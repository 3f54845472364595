using Xunit;

namespace Workbench.Tests.Cli;

public sealed class StudyTableVerbTests
{
    [Theory]
    [InlineData("adaptive", "--protections", "glass", "Unknown perturbation 'glass'")]
    [InlineData("ablations", "--noise-tokens", " ", "noise token")]
    [InlineData("ablations", "--shard", "2/2", "--shard takes i/n")]
    public void Bad_input_is_told_in_a_line_before_anything_runs(string verb, string option, string value, string message)
    {
        using var folder = new TemporaryFolder();
        var (code, output) = WorkbenchProcess.Run("study", verb, "--profile", "Smoke", "--work", folder.File("work"), "--out", folder.File("out"), option, value);
        Assert.Equal(2, code);
        Assert.Contains(message, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Fact]
    public void A_smoke_run_leaves_stored_results_alone()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = WorkbenchProcess.RunIn(folder.Path, "study", "protections", "--profile", "Smoke", "--photos-only", "--methods", "random-sign", "--subjects", "1");
        Assert.True(code == 0, output);
        Assert.True(File.Exists(Path.Combine(folder.Path, "out", "protections-smoke", "results", "results.md")));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_part_that_there_is_not_is_refused_by_name()
    {
        var (code, output) = WorkbenchProcess.Run("study", "ablations", "--part", "some");
        Assert.NotEqual(0, code);
        Assert.Contains("'some'", output, StringComparison.Ordinal);
    }
}
