using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

public sealed class StuckCellTests
{
    [Fact]
    public void A_cell_that_nothing_stops_is_given_up_and_the_kernel_says_what_was_lost()
    {
        using var front = new KernelClient(abortGrace: TimeSpan.FromSeconds(1));
        front.Execute("var portrait = 5;");
        front.Execute("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int sleep(int seconds);");
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell("Console.Write(\"go\"); int Left(int until) { while (Environment.TickCount64 / 1000 < until) sleep(1); return 0; } Left((int)(Environment.TickCount64 / 1000) + 5);"));
        front.WaitForOutput("go");
        front.Send(front.Control, "interrupt_request", []);
        var error = front.Broadcasts(id).Single(m => m.Type == "error").Content;
        if (!OperatingSystem.IsLinux()) Assert.Skip("libc's sleep is Linux's.");
        Assert.Contains("lost: portrait", error["evalue"]!.ToString());
        Assert.Equal("error", SecondReply(front));
        Assert.Equal("2", front.Execute("1 + 1").OfType("execute_result").Single().Content["data"]!["text/plain"]!.ToString());
        Assert.Equal("error", front.Execute("portrait").Status);

        static string SecondReply(KernelClient front) => front.Receive(front.Shell).Content["status"]!.ToString();
    }
}
