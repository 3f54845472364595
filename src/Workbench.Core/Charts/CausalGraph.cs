using System.Net;
using System.Text;

namespace Workbench.Charts;

/// <summary>A small directed graph drawn as SVG: circles, and arrows of three kinds.</summary>
/// <remarks>
/// Arrows of <see cref="ShortcutLearning"/> stand for associations that fine-tuning forms, not for causes in the strict sense: no structural
/// equations are fitted.
/// </remarks>
/// <param name="Nodes">The nodes.</param>
/// <param name="Edges">The arrows.</param>
/// <param name="Title">A title.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record CausalGraph(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges, string Title)
{
    private const double Radius = 30, Unit = 130, Margin = 70, Top = 50;

    /// <summary>The paper's graph of shortcut learning, with both remedies.</summary>
    public static CausalGraph ShortcutLearning { get; } = new(
        [
            new("V*", "identifier, sks", 0, 0), new("c̄", "class prompt", 0, 2), new("V*N", "noise token", 0, 1),
            new("X₀", "the person", 2, 0), new("Δ", "the pattern", 2, 1.5), new("X", "protected photo", 3.4, 0.75),
        ],
        [
            new("V*", "X₀", EdgeKind.Wanted, ""), new("V*", "Δ", EdgeKind.Unwanted, ""), new("c̄", "Δ", EdgeKind.Unwanted, ""),
            new("V*N", "Δ", EdgeKind.Remedy, "decoupling"), new("X₀", "X", EdgeKind.Wanted, ""), new("Δ", "X", EdgeKind.Cut, "purification cuts"),
        ],
        "Shortcut learning as a graph");

    /// <summary>The drawing.</summary>
    public string ToSvg()
    {
        var width = (int)(2 * Margin + Nodes.Max(n => n.X) * Unit + 60);
        var height = (int)(Top + 2 * Margin + Nodes.Max(n => n.Y) * Unit + 40);
        var canvas = new SvgCanvas(width, height, Title);
        canvas.Text(width / 2.0, 26, Title, "middle", 16, bold: true);
        foreach (var edge in Edges) Draw(canvas, edge);
        foreach (var node in Nodes)
        {
            canvas.Circle(X(node), Y(node), Radius, "#333333");
            canvas.Circle(X(node), Y(node), Radius - 2, "#ffffff");
            canvas.Text(X(node), Y(node) + 6, node.Name, "middle", 18, bold: true);
            canvas.Text(X(node), Y(node) + Radius + 15, node.Words, "middle", 12);
        }
        Legend(canvas, height);
        return canvas.ToString();
    }

    /// <summary>The graph in words.</summary>
    public override string ToString() => $"{Title}: {string.Join("; ", Edges.Select(e => $"{e.From} → {e.To} ({e.Kind.ToString().ToLowerInvariant()})"))}";

    /// <summary>What a notebook shows.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["text/html"] = $"<img alt=\"{WebUtility.HtmlEncode(ToString())}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(ToSvg()))}\">",
        ["image/svg+xml"] = ToSvg(),
        ["text/plain"] = ToString(),
    };

    private static double X(GraphNode node) => Margin + 20 + node.X * Unit;

    private static double Y(GraphNode node) => Top + Margin + node.Y * Unit;

    private static string Colour(EdgeKind kind) => kind switch
    {
        EdgeKind.Wanted => "#2ca02c",
        EdgeKind.Unwanted => "#d62728",
        EdgeKind.Remedy => "#1f77b4",
        _ => "#9467bd",
    };

    private void Draw(SvgCanvas canvas, GraphEdge edge)
    {
        GraphNode from = Nodes.Single(n => n.Name == edge.From), to = Nodes.Single(n => n.Name == edge.To);
        double dx = X(to) - X(from), dy = Y(to) - Y(from), length = Math.Sqrt(dx * dx + dy * dy);
        (dx, dy) = (dx / length, dy / length);
        double startX = X(from) + dx * (Radius + 3), startY = Y(from) + dy * (Radius + 3), endX = X(to) - dx * (Radius + 4), endY = Y(to) - dy * (Radius + 4);
        var colour = Colour(edge.Kind);
        canvas.Line(startX, startY, endX - dx * 8, endY - dy * 8, colour, 2.5);
        canvas.Polygon([(endX, endY), (endX - dx * 13 - dy * 6, endY - dy * 13 + dx * 6), (endX - dx * 13 + dy * 6, endY - dy * 13 - dx * 6)], colour, 1);
        double middleX = (startX + endX) / 2, middleY = (startY + endY) / 2;
        if (edge.Kind == EdgeKind.Cut)
            foreach (var shift in new[] { -4, 4 })
                canvas.Line(middleX + dx * shift - dy * 11, middleY + dy * shift + dx * 11, middleX + dx * shift + dy * 11, middleY + dy * shift - dx * 11, colour, 2.5);
        // Beside the first third, where arrows to one node are still apart; a cut has its words at the cut.
        var (wordsX, wordsY) = edge.Kind == EdgeKind.Cut ? (middleX, middleY) : (startX + (endX - startX) / 4, startY + (endY - startY) / 4);
        if (edge.Words.Length > 0) canvas.Text(wordsX + 14, wordsY + (dy < 0 ? 24 : -6), edge.Words, "start", 12, fill: colour);
    }

    private static void Legend(SvgCanvas canvas, int height)
    {
        var x = 20.0;
        foreach (var (kind, words) in new[] { (EdgeKind.Wanted, "wanted"), (EdgeKind.Unwanted, "shortcut"), (EdgeKind.Remedy, "decoupling's remedy"), (EdgeKind.Cut, "purification's remedy") })
        {
            canvas.Line(x, height - 16, x + 24, height - 16, Colour(kind), 3);
            canvas.Text(x + 30, height - 12, words, size: 12);
            x += 48 + SvgCanvas.TextWidth(words, 12);
        }
    }
}

/// <summary>A node of a graph.</summary>
/// <param name="Name">Its sign.</param>
/// <param name="Words">What stands under it.</param>
/// <param name="X">Column; may lie between two.</param>
/// <param name="Y">Row; may lie between two.</param>
public sealed record GraphNode(string Name, string Words, double X, double Y);

/// <summary>An arrow of a graph.</summary>
/// <param name="From">Name of the node it leaves.</param>
/// <param name="To">Name of the node it enters.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Words">What stands beside it.</param>
public sealed record GraphEdge(string From, string To, EdgeKind Kind, string Words);

/// <summary>What an arrow stands for.</summary>
public enum EdgeKind
{
    /// <summary>What should be learned.</summary>
    Wanted,

    /// <summary>The shortcut.</summary>
    Unwanted,

    /// <summary>What a remedy adds.</summary>
    Remedy,

    /// <summary>What a remedy takes away.</summary>
    Cut,
}
