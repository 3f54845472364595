using System.Runtime.CompilerServices;
using Xunit;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>The public suite <c>jupyter_kernel_test</c> against the installed kernel.</summary>
[Collection("front ends")]
public sealed class PublicSuiteTests
{
    /// <summary>The suite waits 0.1 s for a broadcast and cannot be told to wait longer: on a busy machine it may fail for that alone.</summary>
    private const int Tries = 3;

    [Fact]
    public void The_public_suite_passes_in_full()
    {
        JupyterHome.NeedModule("jupyter_kernel_test");
        using var home = new JupyterHome();
        var (code, output) = (1, "");
        for (var n = 0; n < Tries && code != 0; n++) (code, output) = home.Run("/usr/bin/python3", Script());
        Assert.True(code == 0, output);
        Assert.Matches(@"ran [1-9]\d+, skipped 0, failed 0", output);
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "kernel_suite.py");
}
