using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Running;
using Xunit;

namespace Workbench.Tests.Cli;

public sealed class NotebookRunVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Notebooks_run_side_by_side_and_each_keeps_its_outcome()
    {
        Write("a.ipynb", "int n = 1;", "n * 2");
        Write("b.ipynb", "int n = 1;", "Console.Write(\"kept\"); throw new Exception(\"no\");");
        Write("inner/c.ipynb", "int n = 1;", "System.Diagnostics.Process.GetCurrentProcess().Id");
        var (code, output) = WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("out"), "--parallel", "3", "-p", "n=21");
        Assert.Equal(1, code);
        Assert.Contains("2 of 3 notebooks", output);
        Assert.Equal("42", Result("a.ipynb", 2));
        Assert.NotEqual(Environment.ProcessId.ToString(), Result("inner/c.ipynb", 2));
        var failed = NotebookDocument.Read(folder.File("out", "b.ipynb"));
        Assert.Contains(failed.Cells[2].Outputs, o => o is StreamOutput { Text: "kept" });
        Assert.Equal("no", RunSummary.Read(failed)!.Failures.Single().Error.Message);
        var index = File.ReadAllText(folder.File("out", "index.html"));
        Assert.All(new[] { "a.html", "b.html", "inner/c.html" }, page => Assert.Contains(page, index));
    }

    [Fact]
    public void A_run_in_place_that_does_not_begin_is_not_taken_for_the_last_one()
    {
        Write("a.ipynb", "int n = 1;", "n * 2");
        string[] inPlace = ["notebook", "run", folder.File("in"), "--out", folder.File("in"), "--parallel", "2"];
        Assert.Equal(0, WorkbenchProcess.Run(inPlace).ExitCode);
        var (code, output) = WorkbenchProcess.Run([.. inPlace, "-p", "n=word"]);
        Assert.Equal(1, code);
        Assert.Contains("0 of 1 notebooks", output);
    }

    [Fact]
    public void A_run_in_place_through_another_spelling_of_the_folder_keeps_the_notebooks()
    {
        Write("a.ipynb", "1");
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("in"));
        Assert.Equal(0, WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("link"), "--parallel", "2").ExitCode);
        Assert.True(File.Exists(folder.File("in", "a.ipynb")));
    }

    [Fact]
    public void Links_lead_to_the_pages_of_the_run_and_to_files_beside_the_notebooks()
    {
        Write("a.ipynb", "1");
        Write("index.ipynb", "2");
        folder.WriteText("# Words", "words.md");
        var text = "[next](index.ipynb#part) [words](../words.md) [far](https://example.org/x) [gone](gone.md) ![none](gone.png)";
        folder.WriteText(new JsonObject
        {
            ["nbformat"] = 4, ["nbformat_minor"] = 5, ["metadata"] = new JsonObject(),
            ["cells"] = new JsonArray(new JsonObject { ["id"] = "text", ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = text }),
        }.ToJsonString(), "in", "b.ipynb");
        foreach (var width in new[] { "1", "2" })
        {
            Assert.Equal(0, WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("out", width), "--parallel", width).ExitCode);
            var page = File.ReadAllText(folder.File("out", width, "b.html"));
            // A notebook that is called as the index gets a page beside it.
            Assert.All(new[] { "href=\"index-2.html#part\"", "href=\"../../words.md\"", "href=\"https://example.org/x\"", "href=\"gone.md\"" }, link => Assert.Contains(link, page));
            Assert.Contains("index-2.html", File.ReadAllText(folder.File("out", width, "index.html")));
        }
    }

    [Fact]
    public void A_notebook_called_index_keeps_its_name_where_no_page_is_written()
    {
        Write("index.ipynb", "1");
        Assert.Equal(0, WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("in"), "--no-html").ExitCode);
        Assert.Equal([folder.File("in", "index.ipynb")], Directory.GetFiles(folder.File("in")));
    }

    [Fact]
    public void Fail_fast_begins_no_other_notebook()
    {
        Write("a.ipynb", "throw new Exception(\"no\");");
        Write("b.ipynb", "1");
        Assert.Equal(1, WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("out"), "--fail-fast", "--no-html").ExitCode);
        Assert.False(File.Exists(folder.File("out", "b.ipynb")));
    }

    [Fact]
    public void A_run_that_is_stopped_keeps_what_it_has()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Signals are Unix's.");
        Write("a.ipynb", "1 + 1", $"System.IO.File.WriteAllText(\"{folder.File("begun")}\", \"\"); Console.Write(\"kept\"); await Task.Delay(-1, CellCancellation);");
        using var process = WorkbenchProcess.Start("notebook", "run", folder.File("in"), "--out", folder.File("out"), "--no-html");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(folder.File("begun")), TimeSpan.FromMinutes(1)));
        _ = Kill(process.Id, 15);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(130, process.ExitCode);
        var document = NotebookDocument.Read(folder.File("out", "a.ipynb"));
        Assert.Contains(document.Cells[1].Outputs, o => o is StreamOutput { Text: "kept" });
        Assert.True(RunSummary.Read(document)!.Stopped);
    }

    [Fact]
    public void A_cell_that_takes_too_long_is_stopped_by_its_timeout()
    {
        Write("a.ipynb", "Thread.Sleep(-1);");
        Assert.Equal(1, WorkbenchProcess.Run("notebook", "run", folder.File("in"), "--out", folder.File("out"), "--timeout", "2", "--no-html").ExitCode);
        Assert.Equal("CellTimeout", NotebookDocument.Read(folder.File("out", "a.ipynb")).Cells[0].Error!.Name);
    }

    private string Result(string notebook, int cell) =>
        NotebookDocument.Read(folder.File("out", notebook)).Cells[cell].Outputs.OfType<DisplayOutput>().Single(o => o.IsResult).Data["text/plain"];

    private void Write(string name, params string[] code)
    {
        var document = new NotebookDocument();
        foreach (var source in code) document.Cells.Add(new(CellKind.Code, source));
        document.Cells[0].Metadata["tags"] = new JsonArray("parameters");
        document.Write(folder.File("in", name));
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
