using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Running;
using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class NotebookRunnerTests
{
    private static readonly RunOptions InPlace = new() { ChangeDirectory = false, CooperativeGrace = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task Cells_share_state_and_their_outputs_land_in_the_document()
    {
        var document = Notebook("var x = 20;", "x++;\nConsole.WriteLine(\"hi\");\nx * 2");
        var result = await NotebookRunner.RunAsync(document, ".", InPlace, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result is { Succeeded: true, Completed: 2, Count: 2 });
        Assert.Equal("hi\n", Assert.IsType<StreamOutput>(document.Cells[1].Outputs[0]).Text);
        var value = Assert.IsType<DisplayOutput>(document.Cells[1].Outputs[1]);
        Assert.True(value is { IsResult: true, ExecutionCount: 2 });
        Assert.Equal("42", value.Data["text/plain"]);
        Assert.Equal("succeeded", (string?)document.Cells[1].Metadata["workbench"]!["status"]);
        Assert.True((double)document.Cells[0].Metadata["workbench"]!["seconds"]! >= 0);
    }

    [Fact]
    public async Task The_first_error_ends_the_notebook_and_outputs_so_far_are_kept()
    {
        var document = Notebook("Console.Write(\"before\");\nthrow new InvalidOperationException(\"boom\");", "1");
        var result = await NotebookRunner.RunAsync(document, ".", InPlace, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((0, 2, "boom", 1), (result.Completed, result.Count, Assert.Single(result.Failures).Error.Message, result.Failures[0].Number));
        Assert.Equal("before", Assert.IsType<StreamOutput>(document.Cells[0].Outputs[0]).Text);
        Assert.Equal("System.InvalidOperationException", document.Cells[0].Error!.Name);
        Assert.Null(document.Cells[1].ExecutionCount);
    }

    [Fact]
    public async Task With_continue_on_error_the_other_cells_run()
    {
        var document = Notebook("throw new Exception(\"a\");", "Console.Write(\"ran\");");
        var result = await NotebookRunner.RunAsync(document, ".", InPlace with { ContinueOnError = true }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (result.Completed, result.Failures.Count));
        Assert.Equal("ran", Assert.IsType<StreamOutput>(document.Cells[1].Outputs[0]).Text);
    }

    [Fact]
    public async Task Displays_are_updated_in_place_also_from_later_cells()
    {
        var document = Notebook("var a = display(\"first\");\nConsole.Write(\"x\");\nvar b = display(\"second\");\na.Update(\"changed\");", "b.Update(3);");
        await NotebookRunner.RunAsync(document, ".", InPlace, cancellation: TestContext.Current.CancellationToken);
        var outputs = document.Cells[0].Outputs;
        Assert.Equal(3, outputs.Count);
        Assert.Equal("changed", ((DisplayOutput)outputs[0]).Data["text/plain"]);
        Assert.Equal("x", ((StreamOutput)outputs[1]).Text);
        Assert.Equal("3", ((DisplayOutput)outputs[2]).Data["text/plain"]);
        Assert.Empty(document.Cells[1].Outputs);
    }

    [Fact]
    public async Task A_cell_beyond_its_time_is_stopped_and_says_so()
    {
        var document = Notebook("await Task.Delay(-1);", "1");
        var result = await NotebookRunner.RunAsync(
            document, ".", InPlace with { CellTimeout = TimeSpan.FromSeconds(2) }, cancellation: TestContext.Current.CancellationToken);
        Assert.False(result.Stopped);
        Assert.Equal("CellTimeout", Assert.Single(result.Failures).Error.Name);
        Assert.Contains("2 s", result.Failures[0].Error.Message);
    }

    [Fact]
    public async Task Cancelling_stops_the_notebook_and_keeps_what_was_shown()
    {
        using var stop = new CancellationTokenSource();
        var document = Notebook("Console.Write(\"kept\");", "while (true) { }", "3");
        var progress = new Reports(p => { if (p is { Number: 2, Result: null }) stop.CancelAfter(300); });
        var result = await NotebookRunner.RunAsync(document, ".", InPlace, progress, stop.Token);
        Assert.True(result is { Stopped: true, Succeeded: false, Completed: 1 });
        Assert.Equal("kept", Assert.IsType<StreamOutput>(document.Cells[0].Outputs[0]).Text);
        Assert.Equal("Interrupted", document.Cells[1].Error!.Name);
    }

    [Fact]
    public async Task Progress_tells_of_every_code_cell_twice()
    {
        var seen = new List<string>();
        var document = Notebook("1", "2");
        document.Cells.Insert(1, new NotebookCell(CellKind.Markdown, "text"));
        await NotebookRunner.RunAsync(document, ".", InPlace, new Reports(p => seen.Add($"{p.Number}/{p.Count} {p.Result?.Status}")), TestContext.Current.CancellationToken);
        Assert.Equal(["1/2 ", "1/2 Succeeded", "2/2 ", "2/2 Succeeded"], seen);
    }

    [Theory]
    [InlineData("int steps = 3;", "steps", "7", "int steps = 7;")]
    [InlineData("var lr = 1e-3;", "lr", "2", "double lr = 2d;")]
    [InlineData("var lr = 1e-3;", "lr", "2.", "double lr = 2d;")]
    [InlineData("var lr = 1e-3;", "lr", "+2.e-1", "double lr = 2e-1d;")]
    [InlineData("float lr = 1;", "lr", "0.5", "float lr = 0.5f;")]
    [InlineData("var name = \"a\";", "name", "12", "string name = \"12\";")]
    [InlineData("string name = null;", "name", "a \"b\"\\", "string name = \"a \\\"b\\\"\\\\\";")]
    [InlineData("bool on = false;", "on", "True", "bool on = true;")]
    [InlineData("var day = DayOfWeek.Monday;", "day", "Friday", "var day = DayOfWeek.Friday;")]
    [InlineData("DayOfWeek day = DayOfWeek.Monday;", "day", "DayOfWeek.Friday", "DayOfWeek day = DayOfWeek.Friday;")]
    [InlineData("int? limit = 4;", "limit", "null", "int? limit = null;")]
    public async Task Parameters_take_the_declared_type(string declaration, string name, string value, string injected)
    {
        var document = Notebook(declaration, $"{name}");
        document.Cells[0].Metadata["tags"] = new JsonArray("parameters");
        var options = InPlace with { Parameters = new Dictionary<string, string> { [name] = value } };
        var result = await NotebookRunner.RunAsync(document, ".", options, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, result.Failures.Count > 0 ? result.Failures[0].Error.Message : "");
        Assert.Equal(["injected-parameters"], document.Cells[1].Tags);
        Assert.Equal($"// Injected parameters\n{injected}", document.Cells[1].Source);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("int steps = 3;", "steps", "many")]
    [InlineData("byte b = 3;", "b", "300")]
    [InlineData("bool on = true;", "on", "2")]
    [InlineData("double x = 1;", "x", "NaN")]
    [InlineData("int steps = 3;", "not a name", "1")]
    public async Task A_value_that_does_not_fit_is_refused_before_anything_runs(string declaration, string name, string value)
    {
        var document = Notebook(declaration);
        document.Cells[0].Metadata["tags"] = new JsonArray("parameters");
        var options = InPlace with { Parameters = new Dictionary<string, string> { [name] = value } };
        var error = await Assert.ThrowsAsync<ParameterException>(
            () => NotebookRunner.RunAsync(document, ".", options, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains(name, error.Message);
        Assert.Null(document.Cells[0].ExecutionCount);
    }

    [Fact]
    public async Task Running_again_replaces_the_injected_cell_and_a_stranger_is_warned_of()
    {
        var document = Notebook("int a = 1;", "(a, extra)");
        document.Cells[0].Metadata["tags"] = new JsonArray("parameters");
        for (var round = 0; round < 2; round++)
        {
            var options = InPlace with { Parameters = new Dictionary<string, string> { ["a"] = "5", ["extra"] = "0.5" } };
            var result = await NotebookRunner.RunAsync(document, ".", options, cancellation: TestContext.Current.CancellationToken);
            Assert.Contains("extra", Assert.Single(result.Warnings));
        }

        Assert.Equal(3, document.Cells.Count);
        Assert.Equal("( 5, 0.5 )", ((DisplayOutput)document.Cells[2].Outputs[0]).Data["text/plain"]);
    }

    [Fact]
    public async Task A_cell_of_another_language_gets_a_clear_word()
    {
        var document = Notebook("let x = 1");
        document.Cells[0].Metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = "fsharp" };
        var result = await NotebookRunner.RunAsync(document, ".", InPlace, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("fsharp", Assert.Single(result.Failures).Error.Message);
        Assert.Contains("C# only", result.Failures[0].Error.Message);
    }

    [Fact]
    public async Task Endless_console_output_is_cut_and_the_cell_goes_on()
    {
        var document = Notebook("for (int i = 0; i < 1000; i++) Console.WriteLine(\"0123456789\");\n\"end\"");
        await NotebookRunner.RunAsync(document, ".", InPlace with { MaxStreamCharacters = 500 }, cancellation: TestContext.Current.CancellationToken);
        var stream = Assert.IsType<StreamOutput>(document.Cells[0].Outputs[0]);
        Assert.InRange(stream.Length, 500, 600);
        Assert.Contains("dropped", stream.Text);
        Assert.Equal("end", ((DisplayOutput)document.Cells[0].Outputs[1]).Data["text/plain"]);
    }

    private static NotebookDocument Notebook(params string[] code)
    {
        var document = new NotebookDocument();
        foreach (var source in code) document.Cells.Add(new(CellKind.Code, source));
        return document;
    }

    private sealed class Reports(Action<RunProgress> report) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => report(value);
    }
}
