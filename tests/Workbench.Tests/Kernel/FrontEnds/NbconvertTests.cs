using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Xunit;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>Notebooks run by Jupyter's own runner, and ours read by Jupyter's own schema.</summary>
[Collection("front ends")]
public sealed class NbconvertTests : IDisposable
{
    private readonly JupyterHome home = new();

    public void Dispose() => home.Dispose();

    [Fact]
    public void Nbconvert_runs_a_notebook_and_keeps_every_kind_of_output()
    {
        JupyterHome.Need("jupyter-nbconvert");
        var path = home.WriteNotebook(
            "in.ipynb",
            JupyterHome.Cell("var x = 20;\nConsole.Write(\"out\"); Console.Error.Write(\"err\");"),
            JupyterHome.Cell("var line = display(\"first\"); line.Update(\"second\");\nHTML(\"<b>bold</b>\")"),
            JupyterHome.Cell("await Task.Delay(10); x + 22"));
        var outputs = Execute(path).Cells.Select(c => c.Outputs).ToList();
        Assert.Equal(["out", "err"], outputs[0].OfType<StreamOutput>().Select(s => s.Text));
        Assert.Equal(["second", "<b>bold</b>"], outputs[1].OfType<DisplayOutput>().Select(d => d.Data.GetValueOrDefault("text/html") ?? d.Data["text/plain"]));
        Assert.Equal("42", Assert.IsType<DisplayOutput>(Assert.Single(outputs[2])).Data["text/plain"]);
    }

    /// <summary>What papermill writes into a notebook whose kernel is <c>.net-csharp</c>: declarations with var, in a cell after the one tagged parameters.</summary>
    [Fact]
    public void Parameters_in_a_cell_of_var_declarations_take_effect()
    {
        JupyterHome.Need("jupyter-nbconvert");
        var path = home.WriteNotebook(
            "in.ipynb",
            JupyterHome.Cell("var steps = 1; var name = \"none\"; var rate = 1.0; var fast = false;", "parameters"),
            JupyterHome.Cell("// Parameters\nvar steps = 7;\nvar name = \"Ada\";\nvar rate = 0.5;\nvar fast = true;\nvar sizes = new [] { 1, 2 };", "injected-parameters"),
            JupyterHome.Cell("$\"{steps} {name} {rate.ToString(CultureInfo.InvariantCulture)} {fast} {sizes.Sum()}\""));
        Assert.Equal("7 Ada 0.5 True 3", Assert.IsType<DisplayOutput>(Assert.Single(Execute(path).Cells[2].Outputs)).Data["text/plain"]);
    }

    [Fact]
    public void A_cell_that_fails_ends_the_run_with_its_error()
    {
        JupyterHome.Need("jupyter-nbconvert");
        var path = home.WriteNotebook("in.ipynb", JupyterHome.Cell("int Half(int v) => v % 2 == 0 ? v / 2 : throw new Exception($\"{v} is odd\");"), JupyterHome.Cell("Half(3)"));
        var (code, output) = home.Run("jupyter-nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", path);
        Assert.NotEqual(0, code);
        Assert.Contains("3 is odd", output);
    }

    [Fact]
    public void What_our_runner_writes_is_valid_by_the_public_schema()
    {
        JupyterHome.NeedModule("nbformat");
        var path = home.WriteNotebook(
            "in.ipynb",
            JupyterHome.Cell("int n = 1;", "parameters"),
            JupyterHome.Cell("Console.Write(n); display(HTML(\"<i>x</i>\")); new { n }"),
            JupyterHome.Cell("throw new Exception(\"no\");"));
        Cli.WorkbenchProcess.Run("notebook", "run", path, "--out", home.Path, "-p", "n=5", "--no-html");
        const string Check = "import nbformat, sys; book = nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT); nbformat.validate(book); print('valid', book.nbformat, book.nbformat_minor, len(book.cells))";
        var (code, output) = home.Run("/usr/bin/python3", "-W", "error", "-c", Check, path);
        Assert.True(code == 0, output);
        Assert.Contains("valid 4 5 4", output);
        Assert.Contains("\"evalue\": \"no\"", File.ReadAllText(path));
    }

    private NotebookDocument Execute(string path)
    {
        var (code, output) = home.Run("jupyter-nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", path);
        Assert.True(code == 0, output);
        return NotebookDocument.Read(Path.Combine(home.Path, "out.ipynb"));
    }
}
