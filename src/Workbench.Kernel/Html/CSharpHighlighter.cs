using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Html;

/// <summary>Colours C# by its syntax: spans with one-letter classes (k keyword, t type, m method, s string, n number, c comment, d directive).</summary>
internal static class CSharpHighlighter
{
    public static string ToHtml(string source)
    {
        var code = source.ReplaceLineEndings("\n");
        var spans = new List<(TextSpan Span, char Class)>();
        spans.AddRange(Magics(code));
        var plain = spans.Aggregate(code, (text, magic) => text.Remove(magic.Span.Start, magic.Span.Length).Insert(magic.Span.Start, new string(' ', magic.Span.Length)));
        foreach (var token in SubmissionCompiler.Parse(plain, "").DescendantTokens())
        {
            foreach (var trivia in token.LeadingTrivia.Concat(token.TrailingTrivia))
                if (Classify(trivia) is { } comment) spans.Add((trivia.FullSpan, comment));
            if (Classify(token) is { } word) spans.Add((token.Span, word));
        }

        var html = new StringBuilder();
        var position = 0;
        foreach (var (span, kind) in spans.Where(s => s.Span.Length > 0).OrderBy(s => s.Span.Start))
        {
            if (span.Start < position) continue;
            Append(code[position..span.Start]);
            html.Append("<span class=\"").Append(kind).Append("\">");
            Append(code[span.Start..span.End]);
            html.Append("</span>");
            position = span.End;
        }

        Append(code[position..]);
        return html.ToString();

        void Append(string text) => html.Append(Encode(text));
    }

    /// <summary>Encodes for HTML text, leaving line breaks as they are.</summary>
    internal static string Encode(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");

    private static IEnumerable<(TextSpan, char)> Magics(string code)
    {
        var start = 0;
        foreach (var line in code.Split('\n'))
        {
            if (line.StartsWith("#!", StringComparison.Ordinal)) yield return (new(start, line.Length), 'd');
            start += line.Length + 1;
        }
    }

    private static char? Classify(SyntaxTrivia trivia) => trivia.Kind() switch
    {
        SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia
            or SyntaxKind.MultiLineDocumentationCommentTrivia or SyntaxKind.DisabledTextTrivia => 'c',
        _ when trivia.IsDirective => 'd',
        _ => null,
    };

    private static char? Classify(SyntaxToken token)
    {
        var kind = token.Kind();
        if (kind == SyntaxKind.IdentifierToken) return Identifier(token);
        if (SyntaxFacts.IsKeywordKind(kind)) return 'k';
        return kind switch
        {
            SyntaxKind.NumericLiteralToken => 'n',
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken
                or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
                or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken or SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken => 's',
            _ => null,
        };
    }

    private static char? Identifier(SyntaxToken token)
    {
        switch (token.Parent)
        {
            case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax or ConstructorDeclarationSyntax:
                return 't';
            case MethodDeclarationSyntax or LocalFunctionStatementSyntax:
                return 'm';
            case SimpleNameSyntax name:
                if (name is IdentifierNameSyntax { IsVar: true }) return 'k';
                var called = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? (ExpressionSyntax)access : name;
                if (called.Parent is InvocationExpressionSyntax call && call.Expression == called) return name.Identifier.ValueText == "nameof" ? 'k' : 'm';
                if (SyntaxFacts.IsInTypeOnlyContext(name)) return 't';
                return name.Parent is MemberAccessExpressionSyntax member && member.Expression == name && char.IsUpper(name.Identifier.ValueText[0]) ? 't' : null;
            default:
                return null;
        }
    }
}
