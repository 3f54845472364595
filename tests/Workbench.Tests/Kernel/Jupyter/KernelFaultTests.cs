using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using Workbench.Kernel.Protocol;
using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

/// <summary>What a kernel must survive. After each fault it runs a cell with the state from before.</summary>
public sealed class KernelFaultTests : IDisposable
{
    private readonly KernelClient front = new();

    public KernelFaultTests() => front.Execute("var kept = 5;");

    public void Dispose() => front.Dispose();

    [Fact]
    public void A_wrong_signature_is_refused_and_logged()
    {
        var forger = new MessageCodec(new("another key", "hmac-sha256"));
        front.Shell.SendMultipartBytes(forger.Encode(JupyterMessage.Create("execute_request", KernelClient.Cell("kept = 6;"), "x")));
        front.Control.SendMultipartBytes(forger.Encode(JupyterMessage.Create("shutdown_request", [], "x")));
        AssertAlive();
        Assert.Contains(front.Log, line => line.StartsWith("shell") && line.Contains("signature"));
        Assert.Contains(front.Log, line => line.StartsWith("control") && line.Contains("signature"));
    }

    [Fact]
    public void Malformed_frames_are_refused_and_logged()
    {
        var signer = new MessageSigner(front.Connection.Key, front.Connection.SignatureScheme);
        byte[][] Signed(params string[] parts)
        {
            byte[][] bytes = [.. parts.Select(Encoding.UTF8.GetBytes)];
            return ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(signer.Sign(bytes)), .. bytes];
        }

        byte[][][] faults =
        [
            [[]],
            [[1, 2, 3]],
            ["<IDS|MSG>"u8.ToArray()],
            ["<IDS|MSG>"u8.ToArray(), "00"u8.ToArray(), "{}"u8.ToArray()],
            Signed("{}", "{}", "{}", "{}"),
            Signed("{\"msg_type\": 3}", "{}", "{}", "{}"),
            Signed("{\"msg_type\": \"execute_request\"", "{}", "{}", "{}"),
            Signed("[]", "{}", "{}", "{}"),
            Signed("{\"msg_type\": \"x\", \"msg_type\": \"x\"}", "{}", "{}", "{}"),
            Signed("{\"msg_type\": \"x\"}", "{}", "{}", new string('[', 1000)),
        ];
        foreach (var fault in faults) front.Shell.SendMultipartBytes(fault);
        AssertAlive();
        Assert.Equal(faults.Length, front.Log.Count(line => line.StartsWith("shell: refused")));
    }

    [Fact]
    public void Content_of_other_types_than_agreed_is_no_accident()
    {
        var reply = front.Ask("execute_request", new() { ["code"] = 5, ["silent"] = "no", ["user_expressions"] = new JsonArray(1), ["store_history"] = new JsonObject() }).Reply;
        Assert.Equal("ok", reply.Content["status"]!.ToString());
        Assert.Equal("ok", front.Ask("complete_request", new() { ["code"] = "a", ["cursor_pos"] = -7 }).Status);
        Assert.Equal("ok", front.Ask("inspect_request", new() { ["code"] = "a", ["cursor_pos"] = 1e300 }).Status);
        Assert.Equal("ok", front.Ask("history_request", new() { ["hist_access_type"] = "tail", ["n"] = -1 }).Status);
        AssertAlive();
    }

    [Fact]
    public void Bytes_that_are_no_zeromq_are_survived_on_every_port()
    {
        foreach (var port in new[] { front.Connection.ShellPort, front.Connection.ControlPort, front.Connection.IoPubPort, front.Connection.StdinPort, front.Connection.HeartbeatPort })
        {
            using var raw = new TcpClient("127.0.0.1", port);
            raw.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);
            using var torn = new TcpClient("127.0.0.1", port);
            torn.GetStream().Write([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]);
        }

        AssertAlive();
    }

    [Fact]
    public void A_hundred_megabytes_of_output_arrive_whole()
    {
        const int Size = 100_000_000;
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell($"Console.Write(new string('x', {Size}));"));
        Assert.Equal(Size, front.Broadcasts(id).Where(m => m.Type == "stream").Sum(m => (long)m.Content["text"]!.ToString().Length));
        front.Receive(front.Shell);
        AssertAlive();
    }

    [Fact]
    public void An_exception_on_a_thread_of_the_cell_ends_that_thread_only()
    {
        var exchange = front.Execute("var thread = new Thread(() => throw new InvalidOperationException(\"far away\")); thread.Start(); thread.Join();");
        Assert.Equal("ok", exchange.Status);
        Assert.Contains("InvalidOperationException: far away (cell-2, line 1)", exchange.Text("stderr"));
        AssertAlive();
    }

    [Fact]
    public void A_thousand_quick_interrupts_do_no_harm()
    {
        for (var i = 0; i < 1000; i++)
        {
            front.Send(front.Control, "interrupt_request", []);
            if (i % 100 == 0) front.Send(front.Shell, "execute_request", KernelClient.Cell("Thread.Sleep(5); while (!CellCancellation.IsCancellationRequested && DateTime.Now.Year > 0) { }", stopOnError: false));
        }

        for (var i = 0; i < 1000; i++) Assert.Equal("ok", front.Receive(front.Control).Content["status"]!.ToString());
        for (var i = 0; i < 10; i++)
        {
            while (front.TryReceive(front.Shell, TimeSpan.FromMilliseconds(500)) is null) front.Send(front.Control, "interrupt_request", []);
        }

        AssertAlive();
    }

    [Fact]
    public void A_front_end_that_goes_and_comes_back_finds_the_kernel_and_its_state()
    {
        front.Send(front.Shell, "execute_request", KernelClient.Cell("Thread.Sleep(200); Console.Write(new string('x', 5_000_000)); kept += 2;"));
        front.Disconnect();
        Thread.Sleep(1000);
        front.Connect();
        Assert.Equal("iopub_welcome", front.NextBroadcast().Type);
        // On a busy machine the cell from before may still be speaking.
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell("kept"));
        Assert.Contains(front.Broadcasts(id), m => m.Type == "execute_result" && m.Content["data"]!["text/plain"]!.ToString() == "7");
    }

    [Fact]
    public void A_result_that_cannot_be_shown_is_the_cells_error()
    {
        var exchange = front.Execute("class Bad { public override string ToString() => throw new Exception(\"no text\"); }\nnew Bad()");
        Assert.Equal("error", exchange.Status);
        Assert.Contains("no text", exchange.Reply.Content["evalue"]!.ToString(), StringComparison.Ordinal);
        AssertAlive();
    }

    private void AssertAlive()
    {
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell("kept"));
        Assert.Contains(front.Broadcasts(id), m => m.Type == "execute_result" && m.Content["data"]!["text/plain"]!.ToString() == "5");
        JupyterMessage reply;
        do reply = front.Receive(front.Shell);
        while (reply.ParentHeader["msg_id"]!.ToString() != id);
        Assert.Equal("ok", reply.Content["status"]!.ToString());
    }
}
