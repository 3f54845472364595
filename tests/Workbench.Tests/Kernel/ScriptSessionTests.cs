using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class ScriptSessionTests : IDisposable
{
    private readonly Cells cells = new();

    public void Dispose() => cells.Dispose();

    [Fact]
    public async Task State_and_functions_live_on_from_cell_to_cell()
    {
        await cells.ValueAsync("int x = 20; int Twice(int v) => 2 * v;");
        await cells.ValueAsync("x += 1;");
        await cells.ValueAsync("// nothing");
        Assert.Equal(42, await cells.ValueAsync("Twice(x)"));
        Assert.Equal("42", Assert.Single(cells.Events.OfType<ResultProduced>()).Data["text/plain"]);
    }

    [Fact]
    public async Task A_variable_can_be_declared_again_with_another_type()
    {
        await cells.ValueAsync("var x = 1;");
        await cells.ValueAsync("var x = \"text\";");
        Assert.Equal("text", await cells.ValueAsync("x"));
        Assert.Equal(typeof(string), Assert.Single(cells.Session.Variables, v => v.Name == "x").Type);
    }

    [Fact]
    public async Task Types_and_usings_of_earlier_cells_are_known()
    {
        await cells.ValueAsync("record Point(int X, int Y); enum Side { Left, Right }");
        await cells.ValueAsync("using System.Numerics;");
        Assert.Equal("Point { X = 1, Y = 2 } Right 1", await cells.ValueAsync("$\"{new Point(1, 2)} {Side.Right} {Vector2.UnitX.X}\""));
    }

    [Fact]
    public async Task Await_works_at_top_level_and_stays_on_the_sessions_thread()
    {
        await cells.ValueAsync("var before = Environment.CurrentManagedThreadId; await Task.Delay(20); var after = Environment.CurrentManagedThreadId;");
        Assert.Equal(true, await cells.ValueAsync("before == after && after == Environment.CurrentManagedThreadId"));
        Assert.Equal(7, await cells.ValueAsync("await Task.Run(async () => { await Task.Delay(5); return 7; })"));
    }

    [Theory]
    [InlineData("var a = 3;")]
    [InlineData("Console.Write(1)")]
    [InlineData("await Task.CompletedTask")]
    [InlineData("void F() { }")]
    public async Task Cells_without_a_final_value_produce_no_result(string code)
    {
        await cells.ValueAsync(code);
        Assert.Empty(cells.Events.OfType<ResultProduced>());
    }

    [Fact]
    public async Task A_null_result_is_shown_as_such()
    {
        await cells.ValueAsync("(string)null");
        Assert.Equal("<null>", Assert.Single(cells.Events.OfType<ResultProduced>()).Data["text/plain"]);
    }

    [Fact]
    public async Task Compile_errors_carry_code_line_and_column()
    {
        var error = await cells.ErrorAsync("int a = 1;\nint b = a + missing;");
        Assert.Equal(("CompilationError", 2, 13), (error.Name, error.Line, error.Column));
        var only = Assert.Single(error.Diagnostics);
        Assert.Equal("CS0103", only.Code);
        Assert.Contains("    2 | int b = a + missing;", error.Traceback);
        Assert.Equal("        " + new string(' ', 12) + "^", error.Traceback[^1]);
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_changes_nothing()
    {
        await cells.ValueAsync("var x = 1;");
        await cells.ErrorAsync("var x = 2; var y = nothing;");
        Assert.Equal(1, await cells.ValueAsync("x"));
    }

    [Fact]
    public async Task Exceptions_are_trimmed_to_the_users_cells()
    {
        await cells.ValueAsync("int Half(int v)\n{\n    if (v % 2 == 1) throw new InvalidOperationException($\"{v} is odd\");\n    return v / 2;\n}");
        var error = await cells.ErrorAsync("var a = 4;\n\nHalf(Half(a) + 1)");
        Assert.Equal(("System.InvalidOperationException", "3 is odd", 3), (error.Name, error.Message, error.Line));
        Assert.Equal("   at cell 1, line 3", error.Traceback[1]);
        Assert.Contains("   at cell 2, line 3", error.Traceback);
        Assert.Contains("    3 | Half(Half(a) + 1)", error.Traceback);
        Assert.DoesNotContain(error.Traceback, line => line.Contains("MoveNext") || line.Contains("Workbench.Kernel"));
    }

    [Fact]
    public async Task An_exception_of_a_library_names_the_library_method_and_the_cells_line()
    {
        var error = await cells.ErrorAsync("var list = new List<int>();\nlist.First()");
        Assert.Equal(2, error.Line);
        Assert.Contains(error.Traceback, line => line.StartsWith("   thrown in System.Linq."));
    }

    [Fact]
    public async Task A_cell_that_throws_keeps_what_it_had_assigned()
    {
        await cells.ErrorAsync("var x = 5; throw new Exception(\"late\");");
        Assert.Equal(5, await cells.ValueAsync("x"));
    }

    [Fact]
    public async Task Console_output_keeps_its_order_across_streams_and_displays()
    {
        await cells.ValueAsync("Console.Write(\"a\"); Console.Error.Write(\"b\"); display(1); Console.WriteLine(\"c\");");
        var order = cells.Events.Select(e => e switch { StreamWritten s => $"{s.Name}:{s.Text}", ValueDisplayed d => d.Data["text/plain"], _ => "?" });
        Assert.Equal(["stdout:a", "stderr:b", "1", "stdout:c\n"], order);
    }

    [Fact]
    public async Task Console_output_of_tasks_and_threads_belongs_to_the_cell_that_started_them()
    {
        await cells.ValueAsync("await Task.Run(() => Console.Write(\"task \")); var t = new Thread(() => Console.Write(\"thread\")); t.Start(); t.Join();");
        Assert.Equal("task thread", cells.Output());
    }

    [Fact]
    public async Task Sessions_do_not_see_each_others_output_or_variables()
    {
        using var other = new Cells();
        await Task.WhenAll(
            cells.ValueAsync("for (int i = 0; i < 50; i++) { Console.Write(\"a\"); await Task.Delay(1); } var mine = 1;"),
            other.ValueAsync("for (int i = 0; i < 50; i++) { Console.Write(\"b\"); await Task.Delay(1); }"));
        Assert.Equal(new string('a', 50), cells.Output());
        Assert.Equal(new string('b', 50), other.Output());
        Assert.Equal("CS0103", (await other.ErrorAsync("mine")).Diagnostics[0].Code);
    }

    [Fact]
    public async Task Warnings_are_shown_once()
    {
        await cells.ValueAsync("int F() { int unused = 1; return 2; }");
        Assert.Contains("warning CS0219", cells.Output("stderr"));
        await cells.ValueAsync("int F() { int unused = 1; return 2; }");
        Assert.Empty(cells.Output("stderr"));
    }

    [Fact]
    public async Task Load_and_reference_resolve_against_the_sessions_folder()
    {
        var folder = Directory.CreateTempSubdirectory("cells").FullName;
        File.WriteAllText(Path.Combine(folder, "part.csx"), "int Part() => 11;");
        using var here = new Cells(folder);
        Assert.Equal(11, await here.ValueAsync("#load \"part.csx\"\nPart()"));
        var error = await here.ErrorAsync("var a = 1;\n#r \"nowhere/Missing.dll\"");
        Assert.Contains(error.Diagnostics, d => d.Message.Contains("Missing.dll") || d.Line == 2);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Another_copy_of_a_host_assembly_gives_the_hosts_types()
    {
        var folder = Directory.CreateTempSubdirectory("cells").FullName;
        foreach (var name in new[] { "Workbench.Core.dll", "TorchSharp.dll" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), Path.Combine(folder, name));
        using var here = new Cells(folder);
        var value = await here.ValueAsync("#r \"Workbench.Core.dll\"\nusing Workbench.Tensors;\nnew Seed(3)");
        Assert.IsType<Workbench.Tensors.Seed>(value);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Native_libraries_resolve_beside_the_core()
    {
        var value = await cells.ValueAsync("#r \"Workbench.Core.dll\"\n#r \"TorchSharp.dll\"\nusing TorchSharp;\ntorch.ones(2, 3).sum().item<float>()");
        Assert.Equal(6f, value);
    }

    [Fact]
    public async Task The_token_stops_a_cell_that_cooperates()
    {
        var result = await cells.StopAsync("var n = 3; await Task.Delay(-1, CellCancellation);");
        Assert.Equal(CellStatus.Cancelled, result.Status);
        Assert.Equal(3, await cells.ValueAsync("n"));
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Thread.Sleep(Timeout.Infinite);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("new ManualResetEvent(false).WaitOne();")]
    [InlineData("while (true) { try { Thread.Sleep(10); } catch (Exception) { } }")]
    public async Task Abort_stops_a_cell_that_does_not_cooperate_and_keeps_the_state(string code)
    {
        await cells.ValueAsync("var kept = 9;");
        var result = await cells.StopAsync(code);
        Assert.Equal(CellStatus.Cancelled, result.Status);
        Assert.Equal(9, await cells.ValueAsync("kept"));
    }

    [Fact]
    public async Task Abort_stops_long_work_of_TorchSharp_between_and_after_its_calls()
    {
        await cells.ValueAsync("#r \"Workbench.Core.dll\"\n#r \"TorchSharp.dll\"\nusing TorchSharp;\nvar a = torch.rand(700, 700); var kept = 9;");
        foreach (var code in new[] { "while (true) torch.mm(a, a).Dispose();", "torch.matrix_power(a, int.MaxValue); while (true) { }" })
        {
            Assert.Equal(CellStatus.Cancelled, (await cells.StopAsync(code)).Status);
            Assert.Equal(9, await cells.ValueAsync("kept"));
        }
    }
}
