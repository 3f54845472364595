using System.Xml.Linq;
using Workbench.Charts;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class CausalGraphTests
{
    [Fact]
    public void The_drawing_holds_every_node_and_arrow_inside_its_frame()
    {
        var graph = CausalGraph.ShortcutLearning;
        var svg = XDocument.Parse(graph.ToSvg()).Root!;
        double Size(string name) => (double)svg.Attribute(name)!;
        var texts = svg.Elements().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToArray();
        Assert.All(graph.Nodes, node => Assert.Contains(node.Name, texts));
        Assert.Equal(graph.Edges.Count, svg.Elements().Count(e => e.Name.LocalName == "polygon"));
        foreach (var circle in svg.Elements().Where(e => e.Name.LocalName == "circle"))
        {
            Assert.InRange((double)circle.Attribute("cx")!, 30, Size("width") - 30);
            Assert.InRange((double)circle.Attribute("cy")!, 30, Size("height") - 30);
        }
        Assert.Contains("V* → Δ (unwanted)", graph.ToString(), StringComparison.Ordinal);
        Assert.Equal(["text/html", "image/svg+xml", "text/plain"], graph.ToMimeBundle().Keys);
    }

    [Fact]
    public void Arrows_of_unknown_nodes_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => new CausalGraph([new("a", "", 0, 0)], [new("a", "b", EdgeKind.Wanted, "")], "t").ToSvg());
}
