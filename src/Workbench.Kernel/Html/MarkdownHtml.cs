using System.Text;
using System.Text.Json.Nodes;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Workbench.Kernel.Html;

/// <summary>A heading for the table of contents.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Text">Without markup.</param>
/// <param name="Anchor">Unique in the page.</param>
internal sealed record Heading(int Level, string Text, string Anchor);

/// <summary>Renders Markdown cells: tables, task lists, footnotes, highlighted C#, formulas as MathML, embedded pictures, and an anchor on each heading.</summary>
internal sealed class MarkdownHtml(ImageEmbedder images, Func<string, string>? link = null)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();
    private readonly HashSet<string> anchors = new(StringComparer.Ordinal);

    /// <summary>All headings rendered so far.</summary>
    public List<Heading> Headings { get; } = [];

    public string Render(string text, JsonObject? attachments = null)
    {
        var document = Markdown.Parse(text, Pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            var title = PlainText(heading.Inline);
            var entry = new Heading(heading.Level, title, Anchor(title));
            heading.GetAttributes().Id = entry.Anchor;
            Headings.Add(entry);
        }

        foreach (var inline in document.Descendants<LinkInline>().Where(l => !l.IsImage && l.Url is { Length: > 0 })) inline.Url = link?.Invoke(inline.Url!) ?? inline.Url;
        var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new InlineFormula());
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new BlockFormula());
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new HighlightedCode());
        renderer.Render(document);
        return images.Embed(writer.ToString(), attachments);
    }

    private static string PlainText(ContainerInline? inline)
    {
        var text = new StringBuilder();
        foreach (var part in inline?.Descendants() ?? [])
            text.Append(part switch { LiteralInline l => l.Content.ToString(), CodeInline c => c.Content, MathInline m => m.Content.ToString(), LineBreakInline => " ", _ => "" });
        return text.ToString().Trim();
    }

    private string Anchor(string title)
    {
        var slug = new string([.. title.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : '-')]);
        slug = string.Join('-', slug.Split('-', StringSplitOptions.RemoveEmptyEntries));
        if (slug.Length == 0) slug = "section";
        var unique = slug;
        for (var n = 2; !anchors.Add(unique); n++) unique = $"{slug}-{n}";
        return unique;
    }

    private sealed class InlineFormula : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj) => renderer.Write(TexMath.ToMathML(obj.Content.ToString(), block: obj.DelimiterCount > 1));
    }

    private sealed class BlockFormula : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) => renderer.Write(TexMath.ToMathML(obj.Lines.ToString(), block: true));
    }

    private sealed class HighlightedCode : CodeBlockRenderer
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            if (obj is FencedCodeBlock { Info: { } info } && info.ToLowerInvariant() is "csharp" or "cs" or "c#" && obj is not MathBlock)
                renderer.Write($"<pre><code>{CSharpHighlighter.ToHtml(obj.Lines.ToString())}</code></pre>\n");
            else base.Write(renderer, obj);
        }
    }
}
