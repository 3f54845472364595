using System.Globalization;
using System.Text;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Running;

namespace Workbench.Kernel.Html;

/// <summary>One executed notebook on the index page.</summary>
/// <param name="Link">Relative link to the page, or to the notebook when there is no page.</param>
/// <param name="Name">File name.</param>
/// <param name="Document">The executed notebook; null when it could not be read.</param>
/// <param name="Result">How the run ended; null when it did not begin.</param>
/// <param name="Problem">Why it did not begin.</param>
public sealed record IndexEntry(string Link, string Name, NotebookDocument? Document, RunResult? Result, string? Problem = null);

/// <summary>The page that lists executed notebooks, with the first picture of each.</summary>
public static class IndexHtml
{
    /// <summary>Renders the page.</summary>
    public static string Render(IReadOnlyList<IndexEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var page = new StringBuilder(NotebookHtml.Head("Notebooks"));
        page.Append("<body>\n<div class=\"layout\">\n<main style=\"max-width:72rem\">\n<h1>Notebooks</h1>\n<ul class=\"cards\">\n");
        foreach (var entry in entries) page.Append(Card(entry));
        return page.Append("</ul>\n</main>\n</div>\n</body>\n</html>\n").ToString();
    }

    private static string Card(IndexEntry entry)
    {
        var link = CSharpHighlighter.Encode(string.Join('/', entry.Link.Split('/').Select(Uri.EscapeDataString)));
        var picture = FirstPicture(entry.Document) is { } uri ? $"<img alt=\"\" src=\"{uri}\">" : "";
        return $"<li><a class=\"picture\" href=\"{link}\">{picture}</a><div class=\"text\"><h2><a href=\"{link}\">{CSharpHighlighter.Encode(entry.Document?.Title ?? entry.Name)}</a></h2>"
            + $"<p>{CSharpHighlighter.Encode(entry.Name)}</p><p>{Status(entry)}</p></div></li>\n";
    }

    private static string Status(IndexEntry entry) => entry.Result switch
    {
        null => $"<span class=\"bad\">not run</span> {CSharpHighlighter.Encode(entry.Problem ?? "")}",
        { Succeeded: true } r => string.Create(CultureInfo.InvariantCulture, $"<span class=\"ok\">{r.Count} cells</span> in {r.Elapsed.TotalSeconds:0.0} s"),
        { Failures: [var first, ..] } r => string.Create(CultureInfo.InvariantCulture, $"<span class=\"bad\">cell {first.Number} of {r.Count} failed</span>"),
        var r => string.Create(CultureInfo.InvariantCulture, $"<span class=\"bad\">stopped after {r.Completed} of {r.Count} cells</span>"),
    };

    private static string? FirstPicture(NotebookDocument? document)
    {
        foreach (var data in document?.Cells.SelectMany(c => c.Outputs).OfType<DisplayOutput>().Select(d => d.Data) ?? [])
            foreach (var type in (string[])["image/png", "image/jpeg"])
                if (data.TryGetValue(type, out var base64)) return $"data:{type};base64,{CSharpHighlighter.Encode(base64.ReplaceLineEndings(""))}";
        return null;
    }
}
