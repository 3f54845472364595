using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

public sealed class JupyterKernelTests : IDisposable
{
    private readonly KernelClient front = new();

    public void Dispose() => front.Dispose();

    [Fact]
    public void The_heartbeat_echoes()
    {
        using var socket = new RequestSocket(front.Connection.Address(front.Connection.HeartbeatPort));
        socket.SendFrame("ping");
        Assert.True(socket.TryReceiveFrameString(KernelClient.Patience, out var echo));
        Assert.Equal("ping", echo);
    }

    [Fact]
    public void Numbers_count_stored_cells_only()
    {
        Assert.Equal(1, Count(front.Execute("1")));
        Assert.Equal(1, Count(front.Execute("1", storeHistory: false)));
        Assert.Equal(1, Count(front.Execute("1", silent: true)));
        Assert.Equal(2, Count(front.Execute("1")));

        static int Count(Exchange exchange) => exchange.Reply.Content["execution_count"]!.GetValue<int>();
    }

    [Fact]
    public void An_error_aborts_the_cells_that_wait_and_no_others()
    {
        var first = front.Send(front.Shell, "execute_request", KernelClient.Cell("Console.Write(\"go\"); Thread.Sleep(300); throw new Exception(\"no\");"));
        var second = front.Send(front.Shell, "execute_request", KernelClient.Cell("1"));
        front.Send(front.Shell, "is_complete_request", new() { ["code"] = "1" });
        Assert.Equal(["error", "aborted", "complete"], Enumerable.Range(0, 3).Select(_ => front.Receive(front.Shell).Content["status"]!.ToString()));
        Assert.DoesNotContain(front.Broadcasts(second), m => m.Type == "execute_input");
        Assert.Equal("ok", front.Execute("2").Status);
        _ = first;
    }

    [Fact]
    public void Without_stop_on_error_the_cells_that_wait_run()
    {
        front.Send(front.Shell, "execute_request", KernelClient.Cell("Thread.Sleep(300); throw new Exception(\"no\");", stopOnError: false));
        front.Send(front.Shell, "execute_request", KernelClient.Cell("1"));
        Assert.Equal(["error", "ok"], Enumerable.Range(0, 2).Select(_ => front.Receive(front.Shell).Content["status"]!.ToString()));
    }

    [Fact]
    public void Where_stdin_is_not_allowed_input_fails_with_a_clear_word()
    {
        front.Send(front.Shell, "execute_request", KernelClient.Cell("input(\"?\")", allowStdin: false));
        Assert.Contains("nobody can answer", front.Receive(front.Shell).Content["evalue"]!.ToString());
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Thread.Sleep(Timeout.Infinite);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("input(\"never answered\");")]
    public void An_interrupt_stops_the_cell_and_keeps_the_state(string code)
    {
        front.Execute("var kept = 5;");
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell($"Console.Write(\"go\"); {code}"));
        front.WaitForOutput("go");
        front.Send(front.Control, "interrupt_request", []);
        var reply = front.Receive(front.Shell);
        Assert.Equal(("error", "Interrupted"), (reply.Content["status"]!.ToString(), reply.Content["ename"]!.ToString()));
        front.Broadcasts(id);
        Assert.Equal("5", front.Execute("kept").OfType("execute_result").Single().Content["data"]!["text/plain"]!.ToString());
    }

    [Fact]
    public void The_steps_of_the_ladder_are_told()
    {
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell("Console.Write(\"go\"); while (true) { }"));
        front.WaitForOutput("go");
        front.Send(front.Control, "interrupt_request", []);
        var text = string.Concat(front.Broadcasts(id).Where(m => m.Type == "stream").Select(m => m.Content["text"]));
        Assert.Contains("did not react to CellCancellation", text);
    }

    [Fact]
    public void Many_small_writes_are_few_messages_and_lose_nothing()
    {
        var exchange = front.Execute("for (int i = 0; i < 20000; i++) Console.Write(\"😀\"[0] + \"\" + \"😀\"[1]);");
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 20000)), exchange.Text());
        Assert.InRange(exchange.OfType("stream").Count(), 1, 200);
    }

    [Fact]
    public void Completion_knows_the_variables_of_earlier_cells_and_documents_them()
    {
        front.Execute("var portraits = new List<string>(); int PortraitCount() => 3;");
        var reply = front.Ask("complete_request", new() { ["code"] = "#!time\nportr", ["cursor_pos"] = 12 }).Reply;
        Assert.Equal(["portraits", "PortraitCount"], reply.Content["matches"]!.AsArray().Select(m => m!.ToString()));
        Assert.Equal((7, 12), (reply.Content["cursor_start"]!.GetValue<int>(), reply.Content["cursor_end"]!.GetValue<int>()));
        var types = reply.Content["metadata"]!["_jupyter_types_experimental"]!.AsArray();
        Assert.Contains("List<string>", types[0]!["signature"]!.ToString());
    }

    [Fact]
    public void Completion_tells_overloads_and_summary_of_the_framework()
    {
        var reply = front.Ask("complete_request", new() { ["code"] = "Console.WriteLi", ["cursor_pos"] = 15 }).Reply;
        var item = reply.Content["metadata"]!["_jupyter_types_experimental"]!.AsArray().Single()!;
        Assert.Contains("overloads", item["signature"]!.ToString());
        Assert.Equal("method", item["type"]!.ToString());
    }

    [Fact]
    public void Magics_are_completed()
    {
        var reply = front.Ask("complete_request", new() { ["code"] = "1;\n#!wh", ["cursor_pos"] = 7 }).Reply;
        Assert.Equal(["#!who", "#!whos"], reply.Content["matches"]!.AsArray().Select(m => m!.ToString()));
    }

    [Fact]
    public void Inspection_shows_the_librarys_shapes_and_ranges()
    {
        front.Execute("#r \"Workbench.Core.dll\"\nusing Workbench.Imaging;");
        var data = front.Ask("inspect_request", new() { ["code"] = "ImageBatch", ["cursor_pos"] = 4, ["detail_level"] = 0 }).Reply.Content["data"]!;
        Assert.Contains("[0,1]", data["text/plain"]!.ToString().Replace(" ", ""));
        Assert.Contains("<pre>", data["text/html"]!.ToString());
    }

    [Fact]
    public void Inspection_within_a_call_shows_its_overloads_and_inherited_documentation()
    {
        front.Execute("interface IShape { /// <summary>Square metres.</summary>\ndouble Area(); }\nclass Square : IShape { /// <inheritdoc/>\npublic double Area() => 4; }");
        var text = front.Ask("inspect_request", new() { ["code"] = "new Square().Area(", ["cursor_pos"] = 18 }).Reply.Content["data"]!["text/plain"]!.ToString();
        Assert.Contains("double Square.Area()", text);
        Assert.Contains("Square metres.", text);
        var max = front.Ask("inspect_request", new() { ["code"] = "Math.Max(1, ", ["cursor_pos"] = 12 }).Reply.Content["data"]!["text/plain"]!.ToString();
        Assert.Contains("more overloads", max);
    }

    [Fact]
    public void Usage_tells_memory_and_process()
    {
        var content = front.Ask("usage_request", [], front.Control).Reply.Content;
        Assert.Equal(Environment.ProcessId, content["pid"]!.GetValue<int>());
        Assert.True(content["kernel_memory"]!.GetValue<long>() > 1 << 20);
    }

    [Fact]
    public void A_cell_with_a_question_mark_answers_with_a_page()
    {
        var reply = front.Execute("?Math.Max").Reply;
        Assert.Equal("page", reply.Content["payload"]![0]!["source"]!.ToString());
        Assert.Contains("Math.Max(", reply.Content["payload"]![0]!["data"]!["text/plain"]!.ToString());
    }
}
