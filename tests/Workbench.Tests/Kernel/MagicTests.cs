using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class MagicTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("magics").FullName;
    private readonly Cells cells;

    public MagicTests() => cells = new(folder);

    public void Dispose()
    {
        cells.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_cell_switches_between_languages_and_keeps_the_order()
    {
        await cells.ValueAsync("#!markdown\n# Hi\n#!csharp\nConsole.Write(1);\n#!html\n<b>x</b>");
        Assert.Equal("# Hi", Assert.IsType<ValueDisplayed>(cells.Events[0]).Data["text/markdown"]);
        Assert.Equal("1", Assert.IsType<StreamWritten>(cells.Events[1]).Text);
        Assert.Equal("<b>x</b>", Assert.IsType<ValueDisplayed>(cells.Events[2]).Data["text/html"]);
    }

    [Fact]
    public async Task Lines_of_errors_count_from_the_top_of_the_cell_also_below_magics()
    {
        Assert.Equal(4, (await cells.ErrorAsync("#!time\n#!markdown\ntext\n#!csharp\nmissing")).Line - 1);
        Assert.Equal(3, (await cells.ErrorAsync("#!time\n\nthrow new Exception();")).Line);
    }

    [Theory]
    [InlineData("#!fsharp\nlet x = 1", "C# only")]
    [InlineData("#!pwsh\nls", "C# only")]
    [InlineData("var x = 1;\n#!unheard", "#!unheard")]
    [InlineData("#!import nowhere.ipynb", "nowhere.ipynb")]
    public async Task What_is_not_hosted_gets_a_clear_word_and_nothing_of_the_cell_runs(string code, string word)
    {
        var error = await cells.ErrorAsync(code);
        Assert.Equal("MagicError", error.Name);
        Assert.Contains(word, error.Message);
        Assert.Empty(cells.Session.Variables);
    }

    [Fact]
    public async Task Who_and_whos_list_variables_encoded()
    {
        await cells.ValueAsync("var a = 1; List<string> b = new() { \"<x>\" };");
        await cells.ValueAsync("#!who");
        Assert.Equal("a, b", Assert.IsType<ValueDisplayed>(cells.Events[0]).Data["text/plain"]);
        await cells.ValueAsync("#!whos");
        var html = Assert.IsType<ValueDisplayed>(cells.Events[0]).Data["text/html"];
        Assert.Contains("List&lt;string&gt;", html);
        Assert.DoesNotContain("<x>", html);
    }

    [Fact]
    public async Task Import_runs_notebooks_and_scripts_in_this_session()
    {
        var document = new NotebookDocument();
        document.Cells.Add(new(CellKind.Code, "int FromNotebook() => 1;"));
        document.Cells.Add(new(CellKind.Markdown, "text"));
        document.Write(Path.Combine(folder, "lib.ipynb"));
        await File.WriteAllTextAsync(Path.Combine(folder, "lib.csx"), "int FromScript() => 2;", TestContext.Current.CancellationToken);
        Assert.Equal(3, await cells.ValueAsync("#!import lib.ipynb\n#!import \"lib.csx\"\nFromNotebook() + FromScript()"));
    }

    [Fact]
    public async Task An_import_of_a_damaged_notebook_fails_the_cell_and_leaves_the_session()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "broken.ipynb"), "{oops", TestContext.Current.CancellationToken);
        Assert.Contains("broken.ipynb", (await cells.ErrorAsync("#!import broken.ipynb")).Message);
        Assert.Equal(2, await cells.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task An_import_of_itself_ends()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "loop.csx"), "#!import loop.csx", TestContext.Current.CancellationToken);
        Assert.Contains("nested deeper", (await cells.ErrorAsync("#!import loop.csx")).Message);
    }

    [Theory]
    [InlineData("#!lsmagic", "#!whos")]
    [InlineData("#!about", "Roslyn")]
    [InlineData("#!help", "display(x)")]
    [InlineData("#!time\n1 + 1", "Wall time")]
    public async Task Informing_magics_inform(string code, string word)
    {
        await cells.ValueAsync(code);
        Assert.Contains(cells.Events.OfType<ValueDisplayed>(), e => e.Data["text/plain"].Contains(word));
    }

    [Fact]
    public async Task Extension_methods_work_from_the_next_cell_on()
    {
        await cells.ValueAsync("public static class Twofold { public static int Twice(this int value) => 2 * value; }");
        await cells.ErrorAsync("missing");
        Assert.Equal(8, await cells.ValueAsync("4.Twice()"));
        Assert.Equal(12, await cells.ValueAsync("6.Twice()"));
    }

    [Theory]
    [InlineData("#!set --name x --value 3\nx + 1", 4)]
    [InlineData("#!set --value \"a b\" --name x\nx + \"!\"", "a b!")]
    [InlineData("#!set --name x --value some words\nx", "some words")]
    [InlineData("#!set --name x --value true\n!x", false)]
    [InlineData("#!set --name x --value [1, 2.5]\nx.Sum()", 3.5)]
    [InlineData("var y = 7;\n#!set --name x --value @csharp:y\nx", 7)]
    public async Task Set_declares_a_variable(string code, object value) => Assert.Equal(value, await cells.ValueAsync(code));

    [Theory]
    [InlineData("var one = 1;\n#!set x 3", "#!set --name NAME", 2)]
    [InlineData("#!set --name 1x --value 3", "cannot be a variable", 1)]
    [InlineData("#!set --name x --value @fsharp:y", "C# only", 1)]
    public async Task A_set_that_cannot_be_done_says_why(string code, string word, int line)
    {
        var error = await cells.ErrorAsync(code);
        Assert.Contains(word, error.Message);
        Assert.Equal(line, error.Line);
    }

    [Theory]
    [InlineData("nuget: ", "not of the form")]
    [InlineData("nuget: a b", "not of the form")]
    [InlineData("nuget: X\\\"/><Exec Command=\\\"x, 1", "not of the form")]
    public async Task A_malformed_package_reference_is_refused_with_its_line(string reference, string word)
    {
        var error = await cells.ErrorAsync($"\n#r \"{reference}\"");
        Assert.True(error.Message.Contains(word) || error.Name == "CompilationError", error.Message);
        Assert.Equal(2, error.Line);
    }

    [Fact]
    public async Task A_package_that_the_host_brings_needs_no_restore()
    {
        Assert.Equal(9, await cells.ValueAsync("var two = 2;\n#r \"nuget: SkiaSharp\"\nvar text = @\"\n#r nothing\"; new SkiaSharp.SKBitmap(3, 7).Height + two"));
        Assert.Equal(4, await cells.ValueAsync("#r \"nuget: SkiaSharp\"\nusing SkiaSharp;\nnew SKBitmap(3, 4).Height"));
    }
}
