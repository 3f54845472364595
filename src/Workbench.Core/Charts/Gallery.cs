using System.Net;
using System.Text;
using Workbench.Imaging;

namespace Workbench.Charts;

/// <summary>A table of pictures: a row a condition, enlarged without smoothing. It keeps its own copies of the pictures.</summary>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class Gallery
{
    private const int SideAimed = 192;
    private const int RowAimed = 900;
    private readonly IReadOnlyList<(string Label, IReadOnlyList<RgbImage> Pictures)> rows;
    private readonly IReadOnlyList<string>? columns;
    private readonly string? title;
    private readonly int enlarge;

    private Gallery(IReadOnlyList<(string, IReadOnlyList<RgbImage>)> rows, IReadOnlyList<string>? columns, string? title, int enlarge) =>
        (this.rows, this.columns, this.title, this.enlarge) = (rows, columns, title, enlarge);

    /// <summary>A row of pictures a condition.</summary>
    /// <param name="rows">Each condition's label and pictures; rows may differ in length.</param>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static Gallery Show(params IReadOnlyList<(string Label, ImageBatch Pictures)> rows) => Of([.. rows.Select(r => (r.Label, r.Pictures.Images()))]);

    /// <summary>A row of pictures a condition, from single pictures.</summary>
    /// <param name="rows">Each condition's label and pictures; rows may differ in length.</param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    public static Gallery Show(params IReadOnlyList<(string Label, IReadOnlyList<RgbImage> Pictures)> rows) =>
        Of([.. rows.Select(r => (r.Label, (IReadOnlyList<RgbImage>)[.. r.Pictures.Select(p => p.Clone())]))]);

    /// <summary>The same gallery with a name over each column.</summary>
    public Gallery WithColumns(params IReadOnlyList<string> names) => new(rows, [.. names], title, enlarge);

    /// <summary>The same gallery under a title.</summary>
    public Gallery WithTitle(string text) => new(rows, columns, text, enlarge);

    /// <summary>The same gallery with every pixel shown <paramref name="factor"/> times as large; by default small pictures grow up to threefold.</summary>
    public Gallery WithEnlargement(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return new(rows, columns, title, factor);
    }

    /// <summary>The table as HTML, the pictures inside as PNG.</summary>
    public string ToHtml()
    {
        var factor = Factor;
        var html = new StringBuilder("<table class=\"workbench-gallery\">\n");
        if (title is not null) html.Append($"<caption>{WebUtility.HtmlEncode(title)}</caption>\n");
        if (columns is not null) html.Append($"<thead><tr><th></th>{string.Concat(columns.Select(c => $"<th>{WebUtility.HtmlEncode(c)}</th>"))}</tr></thead>\n");
        html.Append("<tbody>\n");
        foreach (var (label, pictures) in rows)
        {
            html.Append($"<tr><th scope=\"row\" style=\"text-align: left\">{WebUtility.HtmlEncode(label)}</th>");
            for (var i = 0; i < pictures.Count; i++) html.Append($"<td>{Picture(pictures[i], Words(label, i), factor)}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>").ToString();
    }

    /// <summary>All pictures on one sheet, each with its label.</summary>
    public RgbImage ToContactSheet()
    {
        var width = rows.Max(r => r.Pictures.Count);
        var blank = new RgbImage(1, 1, (255, 255, 255));
        var cells = rows.SelectMany(row => Enumerable.Range(0, width).Select(i => i < row.Pictures.Count
            ? (Picture: row.Pictures[i], Label: columns is null && i > 0 ? "" : Words(row.Label, i))
            : (Picture: blank, Label: ""))).ToList();
        return ContactSheet.Compose([.. cells.Select(c => c.Picture)], width, [.. cells.Select(c => c.Label)], Factor);
    }

    /// <summary>What a notebook shows: the table, the contact sheet as PNG, and text.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["text/html"] = ToHtml(),
        ["image/png"] = Convert.ToBase64String(ToContactSheet().EncodePng()),
        ["text/plain"] = ToString(),
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{title ?? "Gallery"}: {string.Join("; ", rows.Select(r => $"{r.Label} ({r.Pictures.Count} {(r.Pictures.Count == 1 ? "picture" : "pictures")})"))}";

    private static Gallery Of(IReadOnlyList<(string Label, IReadOnlyList<RgbImage> Pictures)> rows)
    {
        if (rows.Count == 0 || rows.All(r => r.Pictures.Count == 0)) throw new ArgumentException("A gallery needs at least one picture.", nameof(rows));
        return new(rows, columns: null, title: null, enlarge: 0);
    }

    private int Factor
    {
        get
        {
            if (enlarge > 0) return enlarge;
            var side = rows.SelectMany(r => r.Pictures).Max(p => Math.Max(p.Width, p.Height));
            return Math.Clamp(Math.Min(SideAimed / side, RowAimed / (side * rows.Max(r => r.Pictures.Count))), 1, 3);
        }
    }

    private string Words(string label, int index) => columns is not null && index < columns.Count ? $"{label}, {columns[index]}" : label;

    private static string Picture(RgbImage picture, string words, int factor)
    {
        var png = Convert.ToBase64String(picture.EncodePng());
        var text = WebUtility.HtmlEncode(words);
        return $"<img src=\"data:image/png;base64,{png}\" width=\"{picture.Width * factor}\" height=\"{picture.Height * factor}\" style=\"image-rendering: pixelated; max-width: 100%; min-width: 48px; height: auto\" alt=\"{text}\" title=\"{text}\">";
    }
}
