using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Cli;

/// <summary>What cannot work is told at once, in one line on the stream of errors, and leaves nothing behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("steps is 0", "world", "train", "identity", "--steps", "0", "--out", "OUT", "--work", "WORK")]
    [InlineData("replicas is 0", "world", "train", "identity", "--replicas", "0", "--out", "OUT", "--work", "WORK")]
    [InlineData("--count is -1", "world", "render", "--count", "-1", "--out", "OUT")]
    [InlineData("There is no purifier 'foo'", "study", "run", "--profile", "Smoke", "--purifier", "foo", "--out", "OUT")]
    [InlineData("a whole number, got 75.5", "study", "run", "--profile", "Smoke", "--purifier", "jpeg(75.5)", "--out", "OUT")]
    [InlineData("0 to 255", "study", "run", "--profile", "Smoke", "--budget", "300", "--out", "OUT")]
    [InlineData("at least one", "study", "shortcut", "--subjects", "0", "--out", "OUT")]
    [InlineData("--budget is 0", "protect", "--budget", "0", "IN", "OUT")]
    [InlineData("--size is 0", "protect", "--size", "0", "IN", "OUT")]
    [InlineData("'--seed'", "sample", "--seed", "minus", "--model", "IN", "--prompt", "a", "--out", "OUT")]
    [InlineData("no finished run", "study", "claims", "EMPTY")]
    public void A_wrong_value_is_named(string message, params string[] arguments)
    {
        Pictures.Noise(16, 16, 1).SavePng(folder.File("IN", "a.png"));
        Directory.CreateDirectory(folder.File("EMPTY", "runs"));
        var (code, output, errors) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", errors, StringComparison.Ordinal);
        Assert.Empty(output.Trim());
        Assert.True(errors.Trim().Split('\n').Length <= 2, errors);
        Assert.False(Directory.Exists(folder.File("OUT")));
    }

    [Fact]
    public void A_place_that_cannot_hold_results_is_told_before_the_work()
    {
        RandomModelFolder.Write(folder.File("model"), new Seed(1));
        Pictures.Noise(64, 64, 1).SavePng(folder.File("IN", "a.png"));
        foreach (var arguments in new string[][]
        {
            ["sample", "--model", "model", "--prompt", "a", "--steps", "1000", "--count", "1000", "--out", "IN/a.png"],
            ["protect", "--model", "model", "IN", "IN/a.png/out"],
            ["score", "IN", "--out", "IN/a.png/scores.json"],
            ["purify", "--chain", "jpeg", "IN", "IN/a.png"],
        })
        {
            var (code, _, errors) = Run(arguments);
            Assert.Equal(2, code);
            Assert.Contains("a folder is needed", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_log_of_a_verb_holds_its_result_in_whole_lines_and_no_bars()
    {
        Pictures.Noise(16, 16, 1).SavePng(folder.File("IN", "a.png"));
        var target = string.Join('/', Enumerable.Repeat("a-rather-long-name-of-a-folder", 4));
        var (code, output, errors) = Run("purify", "--chain", "jpeg", "IN", target);
        Assert.True(code == 0, errors);
        Assert.Equal($"wrote 1 pictures to {target}, purified by jpeg (profile MiniWorld)", output.Trim());
    }

    private (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var process = WorkbenchProcess.StartIn(folder.Path, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
