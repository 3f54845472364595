using System.Text.Json.Nodes;
using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

/// <summary>Every message of the protocol, as it goes over the wire.</summary>
public sealed class MessageApprovalTests : IDisposable
{
    private readonly KernelClient front = new();

    public void Dispose() => front.Dispose();

    [Fact]
    public void Kernel_info() => Approved.Check("kernel_info", front.Ask("kernel_info_request", []));

    [Fact]
    public void Execute_with_every_kind_of_output() => Approved.Check("execute", front.Execute(
        "Console.Write(\"out\"); Console.Error.Write(\"err\"); var shown = display(HTML(\"<b>&</b>\")); shown.Update(\"now\"); clear_output(true); 6 * 7",
        expressions: new() { ["twice"] = "2 * 21", ["bad"] = "missing" }));

    [Fact]
    public void Execute_with_an_error()
    {
        front.Execute("int Half(int v)\n{\n    if (v % 2 == 1) throw new InvalidOperationException($\"{v} is odd\");\n    return v / 2;\n}");
        Approved.Check("execute_error", front.Execute("var a = 3;\nHalf(a)"));
    }

    [Fact]
    public void Execute_with_a_compile_error() => Approved.Check("execute_compile_error", front.Execute("int a = 1;\nint b = a + missing;"));

    [Fact]
    public void Execute_silently() => Approved.Check("execute_silent", front.Execute("Console.Write(1); 2", silent: true));

    [Fact]
    public void Is_complete() => Approved.Check("is_complete", front.Ask("is_complete_request", new() { ["code"] = "if (true) {" }));

    [Fact]
    public void Complete()
    {
        front.Execute("/// <summary>Halves a number.</summary>\nint Half(int v) => v / 2;\n/// <summary>Halves another.</summary>\ndouble Half2(double v) => v / 2;");
        Approved.Check("complete", front.Ask("complete_request", new() { ["code"] = "\"😀\"; Hal", ["cursor_pos"] = 8 }));
    }

    [Fact]
    public void Inspect()
    {
        front.Execute("/// <summary>Halves a number.</summary>\n/// <param name=\"v\">Even, in [0, 100].</param>\n/// <returns>A half.</returns>\nint Half(int v) => v / 2;");
        Approved.Check("inspect", front.Ask("inspect_request", new() { ["code"] = "Half(", ["cursor_pos"] = 5, ["detail_level"] = 0 }));
    }

    [Fact]
    public void Inspect_what_is_not_known() =>
        Approved.Check("inspect_unknown", front.Ask("inspect_request", new() { ["code"] = "unheard", ["cursor_pos"] = 3, ["detail_level"] = 0 }));

    [Fact]
    public void History()
    {
        foreach (var code in new[] { "1+1", "1+2", "1+1", "\"x\"" }) front.Execute(code);
        JsonObject Request(string type) => new() { ["hist_access_type"] = type, ["output"] = true, ["raw"] = true };
        var (tail, range, search) = (Request("tail"), Request("range"), Request("search"));
        tail["n"] = 2;
        (range["session"], range["start"], range["stop"]) = (0, 1, 3);
        (search["pattern"], search["unique"]) = ("1*", true);
        Approved.Check("history", [.. new[] { tail, range, search }.Select(r => front.Ask("history_request", r).Reply)]);
    }

    [Fact]
    public void Interrupt_of_nothing() => Approved.Check("interrupt", front.Ask("interrupt_request", [], front.Control));

    [Fact]
    public void Debug_is_refused_politely() =>
        Approved.Check("debug", front.Ask("debug_request", new() { ["type"] = "request", ["seq"] = 7, ["command"] = "initialize" }, front.Control));

    [Fact]
    public void An_unknown_request_is_answered() => Approved.Check("unknown", front.Ask("teleport_request", []));

    [Fact]
    public void Comm_of_an_unknown_target_is_closed()
    {
        var id = front.Send(front.Shell, "comm_open", new() { ["comm_id"] = "c1", ["target_name"] = "nobody", ["data"] = new JsonObject() });
        Approved.Check("comm_unknown", front.Broadcasts(id));
    }

    [Fact]
    public void Comms_go_both_ways()
    {
        front.Execute("Comms.RegisterTarget(\"echo\", (comm, data) => { comm.OnMessage = d => comm.Send(d); Console.Write(\"opened\"); });");
        var open = front.Send(front.Shell, "comm_open", new() { ["comm_id"] = "c1", ["target_name"] = "echo", ["data"] = new JsonObject() });
        var opened = front.Broadcasts(open);
        var info = front.Ask("comm_info_request", new() { ["target_name"] = "echo" });
        var send = front.Send(front.Shell, "comm_msg", new() { ["comm_id"] = "c1", ["data"] = new JsonObject { ["value"] = 5 } });
        var sent = front.Broadcasts(send);
        front.Broadcasts(front.Send(front.Shell, "comm_close", new() { ["comm_id"] = "c1", ["data"] = new JsonObject() }));
        var after = front.Ask("comm_info_request", []);
        Approved.Check("comm", [.. opened, info.Reply, .. sent, after.Reply]);
    }

    [Fact]
    public void A_cell_opens_a_comm() => Approved.Check("comm_from_cell", front.Execute(
        "var comm = Comms.OpenTo(\"widget\", new System.Text.Json.Nodes.JsonObject { [\"a\"] = 1 }); comm.Send(new() { [\"b\"] = 2 }); comm.Close();"));

    [Fact]
    public void Input_is_asked_on_stdin()
    {
        var id = front.Send(front.Shell, "execute_request", KernelClient.Cell("var name = input(\"name? \"); var word = password(\"word? \"); var line = Console.ReadLine(); $\"{name} {word} {line}\""));
        var questions = new List<Workbench.Kernel.Protocol.JupyterMessage>();
        foreach (var answer in new[] { "Ada", "s3cret", "end" })
        {
            questions.Add(front.Receive(front.Stdin));
            front.Send(front.Stdin, "input_reply", new() { ["value"] = answer });
        }

        var reply = front.Receive(front.Shell);
        Approved.Check("input", [.. questions, reply, .. front.Broadcasts(id)]);
    }

    [Fact]
    public async Task Shutdown()
    {
        var exchange = front.Ask("shutdown_request", new() { ["restart"] = true }, front.Control);
        Approved.Check("shutdown", exchange);
        Assert.True(await front.Ended);
    }
}
