using Xunit;

namespace Workbench.Tests.Cli;

public sealed class KernelVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Install_doctor_and_uninstall_agree()
    {
        Assert.Equal(0, WorkbenchProcess.Run("kernel", "install", "--prefix", folder.Path, "--name", "mine", "--display-name", "Mine").ExitCode);
        var spec = File.ReadAllText(folder.File("share", "jupyter", "kernels", "mine", "kernel.json"));
        Assert.Contains("\"display_name\": \"Mine\"", spec);
        var (code, output) = WorkbenchProcess.Run("kernel", "doctor", "--prefix", folder.Path, "--name", "mine");
        Assert.True(code == 0, output);
        Assert.Contains("1 + 1 ran: 2", output);
        Assert.Equal(0, WorkbenchProcess.Run("kernel", "uninstall", "--prefix", folder.Path, "--name", "mine").ExitCode);
        Assert.Equal(1, WorkbenchProcess.Run("kernel", "doctor", "--prefix", folder.Path, "--name", "mine").ExitCode);
    }

    [Fact]
    public void A_foreign_spec_is_refused_in_one_line()
    {
        folder.WriteText("{}", "share", "jupyter", "kernels", ".net-csharp", "kernel.json");
        var (code, output) = WorkbenchProcess.Run("kernel", "install", "--prefix", folder.Path);
        Assert.NotEqual(0, code);
        Assert.Contains("--force", output);
        Assert.DoesNotContain("   at ", output);
    }
}
