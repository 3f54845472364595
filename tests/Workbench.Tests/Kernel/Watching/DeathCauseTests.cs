using Workbench.Kernel.Watching;
using Xunit;

namespace Workbench.Tests.Kernel.Watching;

public sealed class DeathCauseTests
{
    [Theory]
    [InlineData(134, "Stack overflow.\nRepeated 9 times:\n   at Submission#3.<<Initialize>>g__Deep|0_0(Int32)", "StackOverflow")]
    [InlineData(134, "Unhandled exception. System.Exception: far\n   at X", "UnhandledException")]
    [InlineData(134, "Fatal error.\nSystem.AccessViolationException: Attempted to", "NativeCrash")]
    [InlineData(139, "", "NativeCrash")]
    [InlineData(137, "", "Killed")]
    [InlineData(143, "", "Terminated")]
    [InlineData(134, "", "Abort")]
    [InlineData(3, "", "ProcessExit")]
    public void Exit_code_and_errors_tell_the_cause(int exitCode, string errors, string name) => Assert.Equal(name, DeathCause.Of(exitCode, errors).Name);

    [Fact]
    public void The_frames_of_the_cell_are_kept_and_no_others()
    {
        var cause = DeathCause.Of(134, "Stack overflow.\n   at Submission#3.Deep(Int32)\n   at Submission#3.Deep(Int32)\n   at System.Threading.Thread.StartCallback()");
        Assert.Equal(["   at Deep(Int32)"], cause.Detail);
    }
}
