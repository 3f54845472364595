using Workbench.Tensors;
using Workbench.Tests.Experiments;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Cli;

public sealed class StudyTableVerbTests
{
    [Theory]
    [InlineData("adaptive", "--protections", "glass", "Unknown perturbation 'glass'")]
    [InlineData("ablations", "--noise-tokens", " ", "noise token")]
    [InlineData("ablations", "--shard", "2/2", "--shard takes i/n")]
    [InlineData("grid", "--liqe", "LIQE.pt", "--liqe is for --photos")]
    [InlineData("grid", "--photos", "people", "--photos needs --model")]
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
    public void A_grid_on_photos_keeps_what_is_stored_and_refuses_more_people_than_there_are()
    {
        using var folder = new TemporaryFolder();
        RandomModelFolder.Write(folder.File("model"), new Seed(1));
        PhotoDatasetTests.Write(folder.File("photos"), "n1");
        string[] grid = ["study", "grid", "--profile", "Smoke", "--model", "model", "--photos", "photos", "--chains", "none", "--protections", "random-sign", "--modes", "plain"];
        var (code, output) = WorkbenchProcess.RunIn(folder.Path, grid);
        Assert.True(code == 0, output);
        Assert.Contains("identity", File.ReadAllText(folder.File("out/grid-photos-smoke/results/results.md")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("data")));
        (code, output) = WorkbenchProcess.RunIn(folder.Path, [.. grid, "--subjects", "2"]);
        Assert.Equal(2, code);
        Assert.Contains("photos holds 1 people", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_models_folder_without_photos_is_told_what_it_needs()
    {
        using var folder = new TemporaryFolder();
        RandomModelFolder.Write(folder.File("model"), new Seed(1));
        Directory.Delete(folder.File("model/identity"), recursive: true);
        var (code, output) = WorkbenchProcess.Run("study", "grid", "--profile", "Smoke", "--model", folder.File("model"), "--work", folder.File("work"), "--out", folder.File("out"));
        Assert.Equal(2, code);
        Assert.Contains("needs --photos", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_there_is_not_is_refused_by_name()
    {
        var (code, output) = WorkbenchProcess.Run("study", "ablations", "--part", "some");
        Assert.NotEqual(0, code);
        Assert.Contains("'some'", output, StringComparison.Ordinal);
    }
}
