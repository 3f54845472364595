using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TorchSharp;
using Workbench.Charts;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class ChartTests
{
    public static TheoryData<string> Kinds => [.. Samples.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Plotly_net_writes_the_figure_that_the_framework_would_write(string kind)
    {
        var figure = Samples.Of(kind).Figure();
        var (ours, theirs) = (JsonNode.Parse(figure.ToPlainJson())!, JsonNode.Parse(PlotlyNetWriter.Write(figure))!);
        Assert.True(JsonNode.DeepEquals(ours["data"], theirs["data"]), theirs["data"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(ours["layout"], theirs["layout"]), theirs["layout"]!.ToJsonString());
        Assert.NotEmpty(ours["data"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_still_is_well_formed_and_shows_names_as_text(string kind)
    {
        var svg = XDocument.Parse(Samples.Of(kind).ToSvg());
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName is "script" or "foreignObject" or "image" or "a");
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value.StartsWith("<script>", StringComparison.Ordinal));
        Assert.DoesNotContain(svg.Descendants().Attributes(), a => a.Value.Contains("NaN", StringComparison.Ordinal) || a.Value.Contains('∞'));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Html_holds_the_figure_and_the_still_and_no_script(string kind)
    {
        var html = Samples.Of(kind).ToHtml();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var place = Regex.Match(html, "^<div class=\"workbench-plotly\" data-plotly=\"([^\"]*)\"><img alt=\"[^\"<>]*\" src=\"data:image/svg\\+xml;base64,([A-Za-z0-9+/=]+)\"></div>$");
        Assert.True(place.Success, html);
        Assert.NotNull(JsonNode.Parse(WebUtility.HtmlDecode(place.Groups[1].Value))!["data"]);
        Assert.StartsWith("<svg", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(place.Groups[2].Value)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_bundle_has_a_form_for_every_viewer(string kind)
    {
        var bundle = Samples.Of(kind).ToMimeBundle();
        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/html", "text/plain"], bundle.Keys.Order(StringComparer.Ordinal));
        Assert.All(bundle.Values, Assert.NotEmpty);
    }

    [Fact]
    public void Plotly_does_not_read_names_as_tags()
    {
        foreach (var kind in Samples.Kinds)
        {
            using var json = JsonDocument.Parse(Samples.Of(kind).ToPlotlyJson());
            foreach (var text in Strings(json.RootElement, "")) Assert.DoesNotContain("<", text, StringComparison.Ordinal);
        }

        // legendgroup only groups and is never drawn.
        static IEnumerable<string> Strings(JsonElement element, string name) => element.ValueKind switch
        {
            JsonValueKind.String when name != "legendgroup" => [element.GetString()!],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Strings(e, name)),
            JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value, p.Name)),
            _ => [],
        };
    }

    [Fact]
    public void Bars_carry_their_values_and_error_bars()
    {
        var trace = Data(Chart.Bars(["a", "b"], [0.5, 2], [(0.25, 1), (2, 2.5)]))[0]!;
        Assert.Equal(["a", "b"], trace["x"]!.AsArray().Select(v => v!.GetValue<string>()));
        Assert.Equal([0.5, 2], Numbers(trace["y"]));
        Assert.Equal([0.5, 0.5], Numbers(trace["error_y"]!["array"]));
        Assert.Equal([0.25, 0], Numbers(trace["error_y"]!["arrayminus"]));
    }

    [Fact]
    public void Bars_of_the_still_stand_on_zero_and_are_as_high_as_their_values()
    {
        var heights = Shapes(Chart.Bars(["a", "b"], [1, 3]), "rect").Where(r => (string?)r.Attribute("fill") != "#ffffff").Select(r => (double)r.Attribute("height")!).ToList();
        Assert.Equal(2, heights.Count);
        Assert.Equal(3, heights[1] / heights[0], 0.01);
    }

    [Fact]
    public void Curves_carry_bands_and_break_where_a_value_is_missing()
    {
        var chart = Chart.Lines(new LineSeries("loss", [4, 2, double.NaN, 1, 0.5], X: [0, 10, 20, 30, 40], Band: [(3, 5), (1, 3), (1, 3), (0.5, 1.5), (0, 1)]));
        var traces = Data(chart);
        Assert.Equal(3, traces.Count);
        Assert.Equal("tonexty", traces[1]!["fill"]!.GetValue<string>());
        Assert.Equal([5, 3, 3, 1.5, 1], Numbers(traces[1]!["y"]));
        Assert.Null(traces[2]!["y"]![2]);
        Assert.Equal(2, Shapes(chart, "polyline").Count());
    }

    [Fact]
    public void Points_fall_into_their_groups_over_their_regions()
    {
        var map = RegionMap.Of(["left", "right"], (0, 2), (0, 1), (x, _) => x < 1 ? 0 : 1, side: 4);
        var traces = Data(Chart.Points([0.5, 1.5, 0.25], [0.5, 0.5, 0.75], ["clean", "protected", "clean"], regions: map));
        Assert.Equal([0, 0, 1, 1], Numbers(traces[0]!["z"]![0]));
        var clean = traces.Single(t => (string?)t!["name"] == "clean")!;
        Assert.Equal([0.5, 0.25], Numbers(clean["x"]));
        Assert.Equal(3, Shapes(Chart.Points([0.5, 1.5, 0.25], [0.5, 0.5, 0.75]), "circle").Count());
    }

    [Fact]
    public void Heat_maps_accept_tensors_row_by_row()
    {
        using var values = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        var z = Data(Chart.Heatmap(values))[0]!["z"]!;
        Assert.Equal([1, 2, 3], Numbers(z[0]));
        Assert.Equal([4, 5, 6], Numbers(z[1]));
    }

    [Fact]
    public void Histograms_count_every_value_once()
    {
        var chart = Chart.Histogram([0, 0.5, 1, 1, 1], bins: 2);
        // 0 lies in the first bin; 0.5, where the second begins, and the three ones in the second.
        Assert.Equal([0.25, 0.75], Numbers(Data(chart)[0]!["x"]));
        Assert.Equal([1, 4], Numbers(Data(chart)[0]!["y"]));
        var heights = Shapes(chart, "rect").Skip(1).Select(r => (double)r.Attribute("height")!).ToList();
        Assert.Equal(4, heights[1] / heights[0], 0.02);
    }

    [Fact]
    public void A_logarithmic_axis_spaces_decades_evenly()
    {
        var chart = Chart.Lines(new LineSeries("loss", [100, 10, 1])).WithLogY();
        Assert.Equal("log", JsonNode.Parse(chart.ToPlotlyJson())!["layout"]!["yaxis"]!["type"]!.GetValue<string>());
        var y = Shapes(chart, "circle").Select(c => (double)c.Attribute("cy")!).ToList();
        Assert.Equal(y[1] - y[0], y[2] - y[1], 0.05);
        // Too narrow for a round power: it has numbers all the same.
        Assert.Contains(">3<", Chart.Lines(new LineSeries("loss", [3, 4])).WithLogY().ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_legend_lies_in_the_picture_and_long_names_are_cut()
    {
        var chart = Chart.Bars(["x"], [.. Enumerable.Range(0, 30).Select(i => new BarSeries($"{i} a name that is much longer than there is room for beside a chart", [1]))]).WithSize(600, 300);
        var picture = XDocument.Parse(chart.ToSvg()).Root!;
        var height = double.Parse(picture.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        var names = picture.Descendants().Where(e => e.Name.LocalName == "text" && e.Value.Contains("a name", StringComparison.Ordinal)).ToArray();
        Assert.Equal(30, names.Length);
        Assert.All(names, n => Assert.True((double)n.Attribute("y")! < height && n.Value.EndsWith('…')));
    }

    [Fact]
    public void A_condition_has_one_colour_and_two_conditions_of_a_chart_have_two()
    {
        Assert.Equal(ConditionColours.Of("ASPL"), ConditionColours.Of("aspl"));
        var names = Enumerable.Range(0, 12).Select(i => $"condition {i}").ToArray();
        var colours = Data(Chart.Bars(["x"], [.. names.Select(n => new BarSeries(n, [1]))])).Select(t => t!["marker"]!["color"]!.GetValue<string>()).ToList();
        Assert.Equal(names.Length, colours.Distinct().Count());
        string[] mixed = ["aspl", "protected+cdl", "x", "y", "z", "clean"];
        Assert.Equal(mixed.Length, Data(Chart.Bars(["x"], [.. mixed.Select(n => new BarSeries(n, [1]))])).Select(t => t!["marker"]!["color"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal("#123456", Data(Chart.Lines(new LineSeries("clean", [1, 2])).WithColour("clean", "#123456"))[0]!["line"]!["color"]!.GetValue<string>());
    }

    [Fact]
    public void Lists_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Chart.Bars(["a", "b"], [1]));
        Assert.Throws<ArgumentException>(() => Chart.Bars(["a"], [1], [(2, 1)]));
        Assert.Throws<ArgumentException>(() => Chart.Lines(new LineSeries("a", [1, 2], X: [1])));
        Assert.Throws<ArgumentException>(() => Chart.Points([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Chart.Lines(new LineSeries("a", [1])).WithColour("a", "red\" onload=\""));
        Assert.Throws<ArgumentException>(() => Chart.Lines(new LineSeries("a", [1])).WithAxes(yRange: (1, 1)));
    }

    [Fact]
    public void The_public_surface_shows_no_type_of_plotly_net_or_fsharp()
    {
        var foreign = typeof(Chart).Assembly.GetExportedTypes().SelectMany(type => type.GetMembers())
            .SelectMany(member => member switch
            {
                System.Reflection.MethodInfo m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType),
                System.Reflection.PropertyInfo p => [p.PropertyType],
                System.Reflection.FieldInfo f => [f.FieldType],
                System.Reflection.ConstructorInfo c => c.GetParameters().Select(p => p.ParameterType),
                _ => Enumerable.Empty<Type>(),
            })
            .Where(type => type.Assembly.GetName().Name is "Plotly.NET" or "FSharp.Core" or "DynamicObj");
        Assert.Empty(foreign);
    }

    private static JsonArray Data(Chart chart) => JsonNode.Parse(chart.ToPlotlyJson())!["data"]!.AsArray();

    private static IEnumerable<double> Numbers(JsonNode? array) => array!.AsArray().Select(v => v!.GetValue<double>());

    private static IEnumerable<XElement> Shapes(Chart chart, string name) => XDocument.Parse(chart.ToSvg()).Descendants().Where(e => e.Name.LocalName == name);
}
