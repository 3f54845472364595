using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

public sealed class StuckCellTests
{
    [Fact]
    public void A_cell_that_nothing_stops_is_given_up_and_the_kernel_says_what_was_lost()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The cell waits in pthreads.");
        using var front = new KernelClient(abortGrace: TimeSpan.FromSeconds(1));
        front.Execute("var portrait = 5;");
        front.Execute("using System.Runtime.InteropServices;\n[DllImport(\"libc\")] static extern int pthread_mutex_lock(nint mutex);\n[DllImport(\"libc\")] static extern int pthread_mutex_unlock(nint mutex);");
        front.Execute("nint mutex; unsafe { mutex = (nint)NativeMemory.AllocZeroed(64); }\npthread_mutex_lock(mutex);");
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell(
            "_ = Task.Delay(8000).ContinueWith(_ => pthread_mutex_unlock(mutex)); Console.Write(\"go\"); pthread_mutex_lock(mutex);"));
        front.WaitForOutput("go");
        front.Send(front.Control, "interrupt_request", []);
        var error = front.Broadcasts(id).Single(m => m.Type == "error").Content;
        Assert.Contains("portrait", error["evalue"]!.ToString());
        while (front.Receive(front.Shell).ParentHeader["msg_id"]!.ToString() != id)
        {
        }

        Assert.Equal("2", front.Execute("1 + 1").OfType("execute_result").Single().Content["data"]!["text/plain"]!.ToString());
        Assert.Equal("error", front.Execute("portrait").Status);
    }
}
