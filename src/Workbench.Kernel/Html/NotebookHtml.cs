using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Html;

/// <summary>What a page needs besides the notebook.</summary>
public sealed record NotebookHtmlOptions
{
    /// <summary>Where a relative or absolute link of a Markdown cell leads from the page; null: as it is written.</summary>
    public Func<string, string>? Link { get; init; }

    /// <summary>The notebook's folder, against which pictures resolve.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>The page's title when the notebook has no heading.</summary>
    public string Name { get; init; } = "Notebook";

    /// <summary>plotly.js, embedded once in a page that draws charts; by default the copy that Plotly.NET carries. Empty for none: charts then show their stills.</summary>
    public string? PlotlyScript { get; init; }
}

/// <summary>
/// Renders a notebook as one HTML file that needs no network: pictures are data URIs, formulas MathML, charts are drawn by
/// an embedded script, light or dark as the reader's system asks.
/// </summary>
public static class NotebookHtml
{
    private const string DrawCharts =
        """
        (function () {
          var dark = matchMedia('(prefers-color-scheme: dark)');
          function themed(layout) {
            var style = getComputedStyle(document.body), copy = Object.assign({}, layout);
            if (!('paper_bgcolor' in copy)) copy.paper_bgcolor = 'rgba(0,0,0,0)';
            if (!('plot_bgcolor' in copy)) copy.plot_bgcolor = 'rgba(0,0,0,0)';
            copy.modebar = Object.assign({ bgcolor: 'rgba(0,0,0,0)' }, copy.modebar);
            copy.font = Object.assign({ color: style.color, family: style.fontFamily }, copy.font);
            return copy;
          }
          function draw() {
            document.querySelectorAll('.workbench-plotly[data-plotly]').forEach(function (place) {
              try {
                var chart = JSON.parse(place.getAttribute('data-plotly'));
                if (!place.classList.contains('js-plotly-plot')) place.textContent = '';
                Plotly.react(place, chart.data, themed(chart.layout), Object.assign({ responsive: true, displaylogo: false }, chart.config));
              } catch (error) { place.textContent = 'The chart cannot be drawn: ' + error.message; }
            });
          }
          draw();
          dark.addEventListener('change', draw);
        })();
        """;

    /// <summary>The page's stylesheet, shared with <see cref="IndexHtml"/>.</summary>
    internal static string Style { get; } = ReadStyle();

    /// <summary>Renders the page.</summary>
    public static string Render(NotebookDocument document, NotebookHtmlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        options ??= new();
        var script = options.PlotlyScript ?? PlotlyScript.FromPlotlyNet ?? "";
        var images = new ImageEmbedder(options.Folder);
        var markdown = new MarkdownHtml(images, options.Link);
        var outputs = new OutputHtml(images, markdown, hasPlotly: script.Length > 0);
        var body = new StringBuilder();
        foreach (var cell in document.Cells) body.Append(Cell(cell, markdown, outputs));

        var title = document.Title ?? options.Name;
        var contents = Contents(markdown.Headings);
        var page = new StringBuilder();
        page.Append(Head(title));
        page.Append($"<body>\n<div class=\"layout{(contents.Length > 0 ? " with-contents" : "")}\">\n{contents}<main>\n{body}{Footer(document)}</main>\n</div>\n");
        if (outputs.NeedsPlotly) page.Append($"<script>{Inline(script)}</script>\n<script>{DrawCharts}</script>\n");
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The document's start, up to and without body.</summary>
    internal static string Head(string title) =>
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + $"<title>{CSharpHighlighter.Encode(title)}</title>\n<style>\n{Style}</style>\n</head>\n";

    private static string Cell(NotebookCell cell, MarkdownHtml markdown, OutputHtml outputs)
    {
        if (Has(cell, "remove-cell")) return "";
        return cell.Kind switch
        {
            CellKind.Markdown => $"<section class=\"cell markdown\">{markdown.Render(cell.Source, cell.Attachments)}</section>\n",
            CellKind.Code => Code(cell, outputs),
            _ => "",
        };
    }

    private static string Code(NotebookCell cell, OutputHtml outputs)
    {
        var shown = Has(cell, "remove-output") ? [] : cell.Outputs.Select(outputs.Render).Where(html => html.Length > 0).ToList();
        var hasInput = !Has(cell, "remove-input") && !string.IsNullOrWhiteSpace(cell.Source);
        if (!hasInput && shown.Count == 0) return "";

        var html = new StringBuilder($"<section class=\"cell code{(cell.Error is null ? "" : " failed")}\" id=\"cell-{CSharpHighlighter.Encode(cell.Id)}\">\n");
        if (hasInput)
        {
            var source = $"<div class=\"input\"><span class=\"prompt\">{Prompt(cell)}</span><pre class=\"source\">{CSharpHighlighter.ToHtml(cell.Source)}</pre></div>\n";
            var hidden = Has(cell, "hide-input") || cell.Metadata["jupyter"]?["source_hidden"] is JsonValue v && v.TryGetValue(out bool isHidden) && isHidden;
            html.Append(hidden ? $"<details class=\"hidden-input\"><summary>code</summary>{source}</details>\n" : source);
        }

        if (shown.Count > 0) html.Append("<div class=\"outputs\">\n").AppendJoin('\n', shown).Append("\n</div>\n");
        return html.Append("</section>\n").ToString();
    }

    private static bool Has(NotebookCell cell, string tag) => cell.Tags.Contains(tag);

    private static string Prompt(NotebookCell cell)
    {
        var number = cell.ExecutionCount is { } n ? $"[{n}]" : "";
        var seconds = cell.Metadata["workbench"]?["seconds"] is JsonValue value && value.TryGetValue(out double s) && s >= 0.1
            ? s.ToString(s < 10 ? " 0.0 s" : " 0 s", CultureInfo.InvariantCulture)
            : "";
        return number + seconds;
    }

    private static string Contents(IReadOnlyList<Heading> headings)
    {
        var listed = headings.Where(h => h.Level <= 3 && h.Text.Length > 0).ToList();
        if (listed.Count < 3) return "";
        var items = listed.Select(h => $"<li class=\"level{h.Level}\"><a href=\"#{CSharpHighlighter.Encode(h.Anchor)}\">{CSharpHighlighter.Encode(h.Text)}</a></li>");
        return $"<nav class=\"contents\"><details open><summary>Contents</summary><ul>\n{string.Join('\n', items)}\n</ul></details></nav>\n";
    }

    private static string Footer(NotebookDocument document) =>
        document.Metadata["workbench"]?["seconds"] is JsonValue value && value.TryGetValue(out double seconds)
            ? string.Create(CultureInfo.InvariantCulture, $"<footer>Executed by the Workbench in {seconds:0.0} s.</footer>\n")
            : "";

    /// <summary>Keeps script text from ending its element early.</summary>
    private static string Inline(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase).Replace("<!--", "<\\!--");

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(NotebookHtml).Assembly.GetManifestResourceStream("Workbench.Kernel.Html.notebook.css")!);
        return reader.ReadToEnd();
    }
}
