using System.Text;
using System.Text.Encodings.Web;
using Microsoft.CodeAnalysis;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Language;

/// <summary>Shows symbols as Shift+Tab does: signatures, then the documentation of the first that has any.</summary>
internal static class SymbolPage
{
    private const int MaxOverloads = 8;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeModifiers)
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    /// <param name="symbols">The best first.</param>
    /// <param name="detailed">With every overload, and the source of what a cell declared.</param>
    public static MimeBundle Render(IReadOnlyList<ISymbol> symbols, bool detailed)
    {
        var shown = detailed ? symbols : [.. symbols.Take(MaxOverloads)];
        var signatures = shown.Select(s => s.ToDisplayString(Format)).Distinct(StringComparer.Ordinal).ToList();
        if (shown.Count < symbols.Count) signatures.Add($"// and {symbols.Count - shown.Count} more overloads");
        var documented = symbols.Select(XmlDocumentationText.Of).FirstOrDefault(d => d.Count > 0) ?? [];
        var source = detailed ? symbols[0].DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().ToString() : null;
        return MimeBundle.Html(Html(signatures, documented, source), Plain(signatures, documented, source));
    }

    private static string Plain(List<string> signatures, IReadOnlyList<DocumentationSection> sections, string? source)
    {
        var text = new StringBuilder().AppendJoin('\n', signatures);
        foreach (var section in sections)
            text.Append(section.Title.Length == 0 ? $"\n\n{section.Text}" : $"\n\n{section.Title}: {section.Text}");
        if (source is not null) text.Append("\n\n").Append(source);
        return text.ToString();
    }

    private static string Html(List<string> signatures, IReadOnlyList<DocumentationSection> sections, string? source)
    {
        var html = new StringBuilder("<pre>").Append(Encode(string.Join('\n', signatures))).Append("</pre>");
        foreach (var section in sections)
            html.Append("<p>").Append(section.Title.Length == 0 ? "" : $"<b>{Encode(section.Title)}</b>: ").Append(Encode(section.Text)).Append("</p>");
        if (source is not null) html.Append("<pre>").Append(Encode(source)).Append("</pre>");
        return html.ToString();
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
