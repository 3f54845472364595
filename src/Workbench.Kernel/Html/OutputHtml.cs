using System.Text.RegularExpressions;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Html;

/// <summary>Renders outputs: the richest representation that a page without network can show; text is always escaped.</summary>
internal sealed partial class OutputHtml(ImageEmbedder images, MarkdownHtml markdown, bool hasPlotly)
{
    private const string PlotlyType = "application/vnd.plotly.v1+json";
    private const string PlotlyClass = "workbench-plotly";

    /// <summary>True once an output needs plotly.js.</summary>
    public bool NeedsPlotly { get; private set; }

    [GeneratedRegex(@"<style>\s*\.dni-code-hint\b.*?</style>", RegexOptions.Singleline)]
    private static partial Regex RepeatedStyle();

    public string Render(CellOutput output) => output switch
    {
        StreamOutput stream => $"<div class=\"output\"><pre class=\"stream {stream.Name}\">{TerminalText.ToHtml(stream.Text)}</pre></div>",
        ErrorOutput error => $"<div class=\"output\"><pre class=\"error\">{TerminalText.ToHtml(ErrorText(error))}</pre></div>",
        DisplayOutput display => Display(display.Data),
        _ => "",
    };

    private static string ErrorText(ErrorOutput error) =>
        error.Traceback.Count > 0 ? string.Join('\n', error.Traceback) : $"{error.Name}: {error.Message}";

    private string Display(MimeBundle data)
    {
        if (hasPlotly && data.TryGetValue(PlotlyType, out var chart))
        {
            NeedsPlotly = true;
            return $"<div class=\"output html\"><div class=\"{PlotlyClass}\" data-plotly=\"{CSharpHighlighter.Encode(chart)}\">{Still(data)}</div></div>";
        }

        if (data.TryGetValue("text/html", out var html) && (hasPlotly || !data.ContainsKey(PlotlyType) || Still(data).Length == 0))
        {
            NeedsPlotly |= html.Contains(PlotlyClass, StringComparison.Ordinal);
            return $"<div class=\"output html\">{images.Embed(RepeatedStyle().Replace(html, ""))}</div>";
        }

        if (data.TryGetValue("image/svg+xml", out var svg)) return $"<div class=\"output svg\">{SvgImage(svg)}</div>";
        if (Still(data) is { Length: > 0 } still) return $"<div class=\"output image\">{still}</div>";
        if (data.TryGetValue("text/markdown", out var text)) return $"<div class=\"output markdown\">{markdown.Render(text)}</div>";
        if (data.TryGetValue("text/latex", out var latex)) return $"<div class=\"output\">{TexMath.ToMathML(latex.Trim().Trim('$'), block: true)}</div>";
        var plain = data.GetValueOrDefault("text/plain") ?? data.FirstOrDefault().Value ?? "";
        return $"<div class=\"output\"><pre class=\"plain\">{TerminalText.ToHtml(plain)}</pre></div>";
    }

    private static string Still(MimeBundle data)
    {
        foreach (var type in (string[])["image/png", "image/jpeg", "image/gif", "image/webp"])
            if (data.TryGetValue(type, out var base64)) return $"<img alt=\"\" src=\"data:{type};base64,{CSharpHighlighter.Encode(base64.ReplaceLineEndings(""))}\">";
        return data.TryGetValue("image/svg+xml", out var svg) ? SvgImage(svg) : "";
    }

    /// <summary>As an image and not inline, so that a script inside it does not run.</summary>
    private static string SvgImage(string svg) =>
        $"<img alt=\"\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg))}\">";
}
