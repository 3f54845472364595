using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Workbench.Kernel.Language;

/// <summary>A part of a symbol's documentation.</summary>
/// <param name="Title">For example a parameter's name or "returns"; empty for the summary.</param>
/// <param name="Text">Its text.</param>
internal sealed record DocumentationSection(string Title, string Text);

/// <summary>Turns XML documentation comments into readable text.</summary>
internal static partial class XmlDocumentationText
{
    [GeneratedRegex(@"[ \t]*\n[ \t]*|[ \t]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();

    /// <summary>The sections of a symbol's documentation, inherited where it says so; empty when it has none.</summary>
    public static IReadOnlyList<DocumentationSection> Of(ISymbol symbol)
    {
        for (var current = symbol; current is not null; current = Base(current))
        {
            var xml = current.OriginalDefinition.GetDocumentationCommentXml(expandIncludes: true);
            if (string.IsNullOrWhiteSpace(xml) || xml.Contains("<inheritdoc", StringComparison.Ordinal)) continue;
            if (Sections(xml) is { Count: > 0 } sections) return sections;
        }

        return [];
    }

    private static List<DocumentationSection> Sections(string xml)
    {
        XElement root;
        try
        {
            root = XElement.Parse(xml.TrimStart().StartsWith("<member", StringComparison.Ordinal) || xml.TrimStart().StartsWith("<doc", StringComparison.Ordinal) ? xml : $"<doc>{xml}</doc>", LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return [];
        }

        var sections = new List<DocumentationSection>();
        foreach (var element in root.Elements())
        {
            var title = element.Name.LocalName switch
            {
                "summary" => "",
                "param" or "typeparam" => element.Attribute("name")?.Value ?? "",
                "exception" => Short(element.Attribute("cref")?.Value),
                var other => other,
            };
            var text = Blanks().Replace(Text(element).Trim(), " ").Replace('\u0001', '\n');
            if (text.Length > 0) sections.Add(new(title, text));
        }

        return sections;
    }

    private static string Text(XNode node)
    {
        if (node is XText text) return text.Value.ReplaceLineEndings("\n");
        if (node is not XElement element) return "";
        var inner = new StringBuilder();
        foreach (var child in element.Nodes()) inner.Append(Text(child));
        return element.Name.LocalName switch
        {
            "see" or "seealso" => inner.Length > 0 ? inner.ToString() : element.Attribute("langword")?.Value ?? element.Attribute("href")?.Value ?? Short(element.Attribute("cref")?.Value),
            "paramref" or "typeparamref" => element.Attribute("name")?.Value ?? "",
            "para" or "br" => $"\u0001{inner}",
            "item" => $"\u0001- {inner.ToString().Trim()}",
            "code" => $"\u0001{inner.ToString().Trim().Replace('\n', '\u0001')}\u0001",
            _ => inner.ToString(),
        };
    }

    /// <summary>"M:System.Math.Max(System.Int32)" to "Math.Max".</summary>
    private static string Short(string? cref)
    {
        if (cref is null) return "";
        var name = cref.Length > 2 && cref[1] == ':' ? cref[2..] : cref;
        var parts = name.Split('(')[0].Split('.');
        return string.Join('.', parts[^(cref.StartsWith("T:", StringComparison.Ordinal) || parts.Length < 2 ? 1 : 2)..]).Split('`')[0];
    }

    private static ISymbol? Base(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } overridden } => overridden,
        IPropertySymbol { OverriddenProperty: { } overridden } => overridden,
        INamedTypeSymbol { BaseType: { SpecialType: not SpecialType.System_Object } type } => type,
        { ContainingType: { } type } and not INamedTypeSymbol => type.AllInterfaces.SelectMany(i => i.GetMembers(symbol.Name))
            .FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(m), symbol)),
        _ => null,
    };
}
