using Workbench.Kernel.Display;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

public sealed class DisplayTests : IDisposable
{
    private readonly Cells cells = new();

    public void Dispose() => cells.Dispose();

    [Fact]
    public async Task A_value_with_its_own_bundle_is_shown_as_that_with_plain_text_beside_it()
    {
        await cells.ValueAsync("class Picture { public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { [\"image/png\"] = \"QUJD\" }; }");
        await cells.ValueAsync("new Picture()");
        var data = Assert.Single(cells.Events.OfType<ResultProduced>()).Data;
        Assert.Equal(("QUJD", "Picture"), (data["image/png"], data["text/plain"]));
    }

    [Fact]
    public void A_property_of_that_name_works_too_and_other_types_of_it_do_not()
    {
        Assert.Equal("<i>x</i>", MimeFormatter.Format(new WithProperty())["text/html"]);
        Assert.False(MimeFormatter.Format(new WithStranger()).ContainsKey("x"));
    }

    [Fact]
    public void Html_of_a_value_is_encoded()
    {
        var html = MimeFormatter.Format(new[] { new WithText("<script>alert(1)</script>") })["text/html"];
        Assert.DoesNotContain("<script>", html);
        Assert.DoesNotContain("<script>", MimeFormatter.Format(new InvalidOperationException("<script>"))["text/html"]);
    }

    [Fact]
    public void Numbers_and_text_are_plain_alone_and_tasks_say_how_to_get_at_their_value()
    {
        Assert.Equal(["text/plain"], MimeFormatter.Format(3.5).Keys);
        Assert.Equal(["text/plain"], MimeFormatter.Format("a").Keys);
        Assert.Equal("Task<int>, completed (await it for its value)", MimeFormatter.PlainText(Task.FromResult(3)));
    }

    [Fact]
    public async Task Display_Update_HTML_and_DisplayAs_work_as_in_DotNet_Interactive()
    {
        await cells.ValueAsync("var d = 1.Display(); d.Update(HTML(\"<b>2</b>\")); display(HTML(\"<i>3</i>\")); \"# four\".DisplayAs(\"text/markdown\"); display(5, \"text/html\");");
        Assert.Equal(5, cells.Events.Count);
        var first = Assert.IsType<ValueDisplayed>(cells.Events[0]);
        var update = Assert.IsType<DisplayUpdated>(cells.Events[1]);
        Assert.Equal(first.DisplayId, update.DisplayId);
        Assert.Equal("<b>2</b>", update.Data["text/html"]);
        Assert.Equal("<i>3</i>", Assert.IsType<ValueDisplayed>(cells.Events[2]).Data["text/html"]);
        Assert.Equal("# four", Assert.IsType<ValueDisplayed>(cells.Events[3]).Data["text/markdown"]);
        Assert.Contains("5", Assert.IsType<ValueDisplayed>(cells.Events[4]).Data["text/html"]);
    }

    [Fact]
    public async Task A_library_reaches_the_cell_through_app_context_alone()
    {
        await cells.ValueAsync(
            """
            var show = (Func<object, Action<object>>)AppContext.GetData("Workbench.Display");
            var token = (Func<CancellationToken>)AppContext.GetData("Workbench.CellCancellation");
            show("first")("second");
            Console.Write(token() == CellCancellation);
            """);
        var shown = Assert.IsType<ValueDisplayed>(cells.Events[0]);
        Assert.Equal((shown.DisplayId, "second"), (((DisplayUpdated)cells.Events[1]).DisplayId, ((DisplayUpdated)cells.Events[1]).Data["text/plain"]));
        Assert.Equal("True", cells.Output());
    }

    [Fact]
    public async Task A_progress_bar_is_one_display_that_ends_full()
    {
        await cells.ValueAsync("using (var bar = new ProgressDisplay(\"<work>\")) for (int i = 0; i <= 100; i++) bar.Report(i / 100.0);");
        Assert.Single(cells.Events.OfType<ValueDisplayed>());
        var last = cells.Events.OfType<DisplayUpdated>().Last();
        Assert.StartsWith("<work>: 100 %", last.Data["text/plain"]);
        Assert.DoesNotContain("<work>", last.Data["text/html"]);
        Assert.InRange(cells.Events.Count, 3, 60);
    }

    [Fact]
    public void Charts_of_PlotlyNet_are_figures_with_html_that_draws_them()
    {
        var layout = new Plotly.NET.Layout();
        layout.SetProperty("title", "</div><script>alert(1)</script>");
        var trace = new Plotly.NET.Trace("bar");
        trace.SetProperty("y", new[] { 1, 2, 3 });
        var shown = MimeFormatter.Format(Plotly.NET.GenericChart.setLayout(layout, Plotly.NET.GenericChart.ofTraceObject(false, trace)));
        var figure = System.Text.Json.Nodes.JsonNode.Parse(shown["application/vnd.plotly.v1+json"])!;
        Assert.Equal("bar", figure["data"]![0]!["type"]!.ToString());
        Assert.DoesNotContain("<script>alert", shown["text/html"]);
        Assert.Matches(@"cdn\.plot\.ly/plotly-\d+\.\d+\.\d+\.min", shown["text/html"]);
    }

    private sealed class WithProperty
    {
        public MimeBundle MimeBundle => MimeBundle.Html("<i>x</i>", "x");
    }

    private sealed class WithStranger
    {
        public Dictionary<string, int> MimeBundle { get; } = new() { ["x"] = 1 };
    }

    private sealed record WithText(string Text);
}
