using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Html;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class NotebookHtmlTests
{
    private const string Attack = "<script>alert('x')</script><img src=x onerror=alert(1)>";

    /// <summary>A 1x1 PNG.</summary>
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Fact]
    public void Text_outputs_errors_and_code_cannot_inject_markup()
    {
        var html = Page(
            new StreamOutput("stdout", Attack),
            new DisplayOutput(MimeBundle.Plain(Attack)) { IsResult = true },
            new ErrorOutput("E", Attack, [Attack]),
            new DisplayOutput(new([new("application/vnd.plotly.v1+json", "{\"data\":[],\"layout\":{\"title\":\"" + Attack + "\"}}")])),
            new DisplayOutput(new([new("image/png", $"\">{Attack}")])));
        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("<img src=x", html);
        Assert.Contains("&lt;script&gt;alert", html);
    }

    [Fact]
    public void A_script_in_an_svg_picture_does_not_become_part_of_the_page()
    {
        Assert.DoesNotContain("alert(7)", Page(new DisplayOutput(new([new("image/svg+xml", "<svg><script>alert(7)</script></svg>")]))));
    }

    [Fact]
    public void Html_is_embedded_as_it_is_and_preferred_over_plain_text()
    {
        Assert.Contains("<b id=\"mine\">x</b>", Page(new DisplayOutput(MimeBundle.Html("<b id=\"mine\">x</b>", "plain form"))));
    }

    [Fact]
    public void Plotly_is_embedded_once_and_only_when_a_chart_needs_it()
    {
        var chart = new DisplayOutput(new([new("application/vnd.plotly.v1+json", "{\"data\":[]}"), new("text/plain", "chart")]));
        var placed = new DisplayOutput(MimeBundle.Html("<div class=\"workbench-plotly\" data-plotly='{\"data\":[]}'></div>", "chart"));
        var options = new NotebookHtmlOptions { PlotlyScript = "/*PLOTLY*/ var s = '</script>';" };
        var html = NotebookHtml.Render(Document(chart, placed, chart), options);
        Assert.Equal(2, html.Split("/*PLOTLY*/").Length);
        Assert.Contains("<\\/script>", html);
        Assert.Equal(3, html.Split("class=\"workbench-plotly\"").Length - 1);
        Assert.DoesNotContain("/*PLOTLY*/", NotebookHtml.Render(Document(new StreamOutput("stdout", "x")), options));
    }

    [Fact]
    public void Without_the_script_a_chart_shows_its_still()
    {
        var chart = new DisplayOutput(new([new("application/vnd.plotly.v1+json", "{}"), new("text/html", "<div>needs script</div>"), new("image/png", Png)]));
        var html = NotebookHtml.Render(Document(chart), new() { PlotlyScript = "" });
        Assert.Contains($"src=\"data:image/png;base64,{Png}\"", html);
        Assert.DoesNotContain("needs script", html);
    }

    [Fact]
    public void Plotly_net_brings_the_script() => Assert.Contains("plotly.js", PlotlyScript.FromPlotlyNet![..200]);

    [Fact]
    public void Pictures_of_markdown_become_data_uris_and_other_files_stay_out()
    {
        var folder = Directory.CreateTempSubdirectory("html").FullName;
        File.WriteAllBytes(Path.Combine(folder, "a.png"), Convert.FromBase64String(Png));
        File.WriteAllText(Path.Combine(folder, "secret.png"), "password");
        var document = new NotebookDocument();
        document.Cells.Add(new(CellKind.Markdown, "![a](a.png) ![s](secret.png) ![n](none.png) ![w](https://example.org/w.png) ![t](attachment:t.png)")
        {
            Attachments = new JsonObject { ["t.png"] = new JsonObject { ["image/png"] = "VEVTVA==" } },
        });
        var html = NotebookHtml.Render(document, new() { Folder = folder });
        Assert.Contains($"data:image/png;base64,{Png}", html);
        Assert.Contains("data:image/png;base64,VEVTVA==", html);
        Assert.DoesNotContain(Convert.ToBase64String("password"u8), html);
        Assert.DoesNotContain("src=\"http", html);
        Assert.Contains("no picture none.png", html);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Headings_get_unique_anchors_and_a_table_of_contents()
    {
        var document = new NotebookDocument();
        document.Cells.Add(new(CellKind.Markdown, "# The *first* `one`\n## Same\n## Same\n"));
        var html = NotebookHtml.Render(document);
        Assert.Contains("<title>The *first* `one`</title>", html);
        Assert.Contains("<a href=\"#the-first-one\">The first one</a>", html);
        Assert.Contains("id=\"same\"", html);
        Assert.Contains("<a href=\"#same-2\">Same</a>", html);
    }

    [Theory]
    [InlineData("x_t^2", "<msubsup><mi>x</mi><mi>t</mi><mn>2</mn></msubsup>")]
    [InlineData("\\frac{a}{2}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>")]
    [InlineData("\\delta \\le r", "<mi>δ</mi><mo stretchy=\"false\">≤</mo><mi>r</mi>")]
    [InlineData("\\mathbb{E}", "<mi mathvariant=\"normal\">𝔼</mi>")]
    [InlineData("\\unheard", "<mtext>\\unheard</mtext>")]
    [InlineData("a < b", "<mo>&lt;</mo>")]
    public void Formulas_become_mathml(string tex, string expected) => Assert.Contains(expected, TexMath.ToMathML(tex, block: false));

    [Theory]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("x^")]
    [InlineData("\\frac{a}")]
    [InlineData("\\begin{cases} a")]
    public void A_broken_formula_stays_readable_as_its_source(string tex) =>
        Assert.Equal($"<code class=\"math\">{tex.Replace("'", "&#39;")}</code>", TexMath.ToMathML(tex, block: false));

    [Fact]
    public void Csharp_is_coloured_and_nothing_of_it_is_lost()
    {
        const string Code = "#!time\n#r \"x.dll\"\nusing System;\n// a <note>\nvar list = new List<int>(3); // end\nConsole.WriteLine($\"{list.Count} & 'x'\");\nawait Foo();";
        var html = CSharpHighlighter.ToHtml(Code);
        Assert.Contains("<span class=\"k\">var</span>", html);
        Assert.Contains("<span class=\"t\">List</span>", html);
        Assert.Contains("<span class=\"m\">WriteLine</span>", html);
        Assert.Contains("<span class=\"c\">// a &lt;note&gt;</span>", html);
        Assert.Contains("<span class=\"d\">#!time</span>", html);
        Assert.Equal(Code, System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(html, "<[^>]*>", "")));
    }

    [Theory]
    [InlineData("10 %\r20 %\rok", "ok %")]
    [InlineData("10 %\r20 %\n", "20 %\n")]
    [InlineData("\u001b[31mred\u001b[0m <b>", "red &lt;b&gt;")]
    public void Console_text_is_shown_as_a_terminal_leaves_it(string text, string expected) => Assert.Equal(expected, TerminalText.ToHtml(text));

    private static string Page(params CellOutput[] outputs) => NotebookHtml.Render(Document(outputs));

    private static NotebookDocument Document(params CellOutput[] outputs)
    {
        var document = new NotebookDocument();
        var cell = new NotebookCell(CellKind.Code, $"var s = \"{Attack}\"; // {Attack}");
        foreach (var output in outputs) cell.Outputs.Add(output);
        document.Cells.Add(cell);
        return document;
    }
}
