using System.Text;
using System.Xml.Linq;

namespace Workbench.Charts;

/// <summary>Draws shapes into an SVG document: no script, no outside resource, text always escaped.</summary>
internal sealed class SvgCanvas
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly XElement root;

    public SvgCanvas(int width, int height, string title)
    {
        root = new XElement(
            Svg + "svg", new XAttribute("width", width), new XAttribute("height", height), new XAttribute("viewBox", $"0 0 {width} {height}"),
            new XAttribute("role", "img"), new XAttribute("font-family", "sans-serif"), new XElement(Svg + "title", Clean(title)));
        Rectangle(0, 0, width, height, "#ffffff");
    }

    /// <summary>A guess at the width of a text, for leaving room.</summary>
    public static double TextWidth(string text, double size) => text.Length * size * 0.56;

    public void Rectangle(double x, double y, double width, double height, string fill, double opacity = 1) =>
        Add("rect", ("x", x), ("y", y), ("width", Math.Max(width, 0)), ("height", Math.Max(height, 0)), ("fill", fill), ("fill-opacity", opacity));

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1) =>
        Add("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", stroke), ("stroke-width", width));

    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke, double width = 2) =>
        Add("polyline", ("points", Points(points)), ("fill", "none"), ("stroke", stroke), ("stroke-width", width), ("stroke-linejoin", "round"));

    public void Polygon(IEnumerable<(double X, double Y)> points, string fill, double opacity) =>
        Add("polygon", ("points", Points(points)), ("fill", fill), ("fill-opacity", opacity));

    public void Circle(double x, double y, double radius, string fill, double opacity = 1) =>
        Add("circle", ("cx", x), ("cy", y), ("r", radius), ("fill", fill), ("fill-opacity", opacity));

    public void Text(double x, double y, string text, string anchor = "start", double size = 12, double rotate = 0, string fill = "#333333", bool bold = false)
    {
        var element = Add("text", ("x", x), ("y", y), ("text-anchor", anchor), ("font-size", size), ("fill", fill));
        if (bold) element.SetAttributeValue("font-weight", "bold");
        if (rotate != 0) element.SetAttributeValue("transform", $"rotate({Number(rotate)} {Number(x)} {Number(y)})");
        element.Value = Clean(text);
    }

    /// <summary>The document.</summary>
    public override string ToString() => root.ToString(SaveOptions.DisableFormatting);

    private XElement Add(string name, params (string Name, object Value)[] attributes)
    {
        var element = new XElement(Svg + name, attributes.Select(a => new XAttribute(a.Name, a.Value is double number ? Number(number) : a.Value)));
        root.Add(element);
        return element;
    }

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(p => $"{Number(p.X)},{Number(p.Y)}"));

    private static string Number(double value) => value.ToString("0.##");

    /// <summary>Drops what XML cannot hold: control characters, halves of surrogate pairs.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is >= 0x20 and not 0x7F and not 0xFFFE and not 0xFFFF) clean.Append(rune);
            else clean.Append(' ');
        return clean.ToString();
    }
}
