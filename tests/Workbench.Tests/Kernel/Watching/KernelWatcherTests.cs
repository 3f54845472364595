using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Protocol;
using Workbench.Tests.Kernel.Jupyter;
using Xunit;

namespace Workbench.Tests.Kernel.Watching;

/// <summary>The program as a front end starts it, in processes of its own.</summary>
public sealed class KernelWatcherTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ConnectionFile connection = KernelClient.NewConnection();
    private readonly MessageCodec codec;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly Process process;
    private DealerSocket shell;
    private DealerSocket control;
    private SubscriberSocket ioPub;

    public KernelWatcherTests()
    {
        codec = new(new(connection.Key, connection.SignatureScheme));
        var file = folder.WriteText(connection.ToJson(), "connection.json");
        process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "workbench.dll"), "kernel", "run", "--connection-file", file])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, e) => errors.Enqueue(e.Data ?? "");
        process.BeginErrorReadLine();
        (shell, control, ioPub) = Connect();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        Disconnect();
        process.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("int Deep(int n) => Deep(n + 1) + 1;\nDeep(0)", "StackOverflow", "overflowed the stack")]
    [InlineData("Environment.Exit(0);", "ProcessExit", "with code 0")]
    [InlineData("Environment.FailFast(\"given up\");", "FailFast", "given up")]
    public void What_no_process_survives_is_told_as_the_cells_error(string code, string name, string word)
    {
        var id = Send(shell, "execute_request", KernelClient.Cell(code));
        Assert.True(SpinWait.SpinUntil(() => errors.Any(line => line.Contains("the kernel's process ended")), KernelClient.Patience));
        Disconnect();
        (shell, control, ioPub) = Connect();
        var reply = Receive(shell);
        Assert.Equal((id, "error", name), (reply.ParentHeader["msg_id"]!.ToString(), reply.Content["status"]!.ToString(), reply.Content["ename"]!.ToString()));
        Assert.Contains(word, reply.Content["evalue"]!.ToString());
        Assert.Contains("variables are lost", reply.Content["evalue"]!.ToString());
        JupyterMessage message;
        do message = Receive(ioPub);
        while (message.Type != "error");
        Assert.Equal(id, message.ParentHeader["msg_id"]!.ToString());
        Assert.True(process.WaitForExit(KernelClient.Patience));
        Assert.NotEqual(0, process.ExitCode);
    }

    [Fact]
    public void Shutdown_ends_both_processes_with_success()
    {
        Send(shell, "execute_request", KernelClient.Cell("var t = new Thread(() => Thread.Sleep(-1)); t.Start();"));
        Assert.Equal("ok", Receive(shell).Content["status"]!.ToString());
        Send(control, "shutdown_request", new() { ["restart"] = false });
        Assert.Equal("shutdown_reply", Receive(control).Type);
        Assert.True(process.WaitForExit(KernelClient.Patience));
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_signal_interrupts_the_cell_and_keeps_the_state()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Signals are Unix's.");
        if (IgnoresInterrupts(process.Id)) Assert.Skip("These tests were started with SIGINT ignored, as a script's background jobs are, and the kernel inherits that.");
        Send(shell, "execute_request", KernelClient.Cell("var kept = 5;"));
        Assert.Equal("ok", Receive(shell).Content["status"]!.ToString());
        Send(shell, "execute_request", KernelClient.Cell("Console.Write(\"go\"); while (true) { }"));
        while (Receive(ioPub) is var message && message.Type != "stream")
        {
        }

        _ = Kill(process.Id, 2);
        var reply = Receive(shell).Content;
        Assert.Equal(("error", "Interrupted"), (reply["status"]!.ToString(), reply["ename"]!.ToString()));
        var id = Send(shell, "execute_request", KernelClient.Cell("kept"));
        Assert.Equal("ok", Receive(shell).Content["status"]!.ToString());
        JupyterMessage result;
        do result = Receive(ioPub);
        while (result.Type != "execute_result");
        Assert.Equal((id, "5"), (result.ParentHeader["msg_id"]!.ToString(), result.Content["data"]!["text/plain"]!.ToString()));
    }

    /// <summary>Whether the process ignores signal 2: bit 1 of the mask that Linux tells of it.</summary>
    private static bool IgnoresInterrupts(int process)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status)) return false;
        var mask = File.ReadLines(status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (ulong.Parse(mask, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & 2) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private (DealerSocket Shell, DealerSocket Control, SubscriberSocket IoPub) Connect()
    {
        var opened = (Shell: new DealerSocket(), Control: new DealerSocket(), IoPub: new SubscriberSocket());
        opened.Shell.Options.Identity = opened.Control.Options.Identity = "front"u8.ToArray();
        opened.Shell.Connect(connection.Address(connection.ShellPort));
        opened.Control.Connect(connection.Address(connection.ControlPort));
        opened.IoPub.Connect(connection.Address(connection.IoPubPort));
        opened.IoPub.SubscribeToAnyTopic();
        return opened;
    }

    private void Disconnect()
    {
        foreach (var socket in new NetMQSocket[] { shell, control, ioPub }) socket.Dispose();
    }

    private string Send(DealerSocket socket, string type, System.Text.Json.Nodes.JsonObject content)
    {
        var message = JupyterMessage.Create(type, content, "front");
        socket.SendMultipartBytes(codec.Encode(message));
        return message.Id;
    }

    private JupyterMessage Receive(NetMQSocket socket)
    {
        List<byte[]> frames = null!;
        Assert.True(
            socket.TryReceiveMultipartBytes(KernelClient.Patience, ref frames),
            $"no message; the process {(process.HasExited ? $"ended with {process.ExitCode}" : "runs")}: {string.Join('\n', errors.TakeLast(20))}");
        return codec.Decode(frames);
    }
}
