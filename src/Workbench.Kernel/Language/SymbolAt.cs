using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workbench.Kernel.Language;

/// <summary>Finds what the name at a cursor means; within the parentheses of a call, what is called.</summary>
internal static class SymbolAt
{
    /// <summary>The best meaning first, then its overloads; empty when there is none.</summary>
    public static IReadOnlyList<ISymbol> Find(SyntaxNode root, SemanticModel model, int cursor, CancellationToken cancellation)
    {
        foreach (var place in new[] { cursor, cursor - 1 })
        {
            if (place < 0 || place > root.FullSpan.End) continue;
            var token = root.FindToken(Math.Min(place, Math.Max(0, root.FullSpan.End - 1)));
            if (!token.Span.Contains(place) && token.Span.End != place) continue;
            if (token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax or ThisExpressionSyntax)
                if (OfNode(token.Parent!, model, cancellation) is { Count: > 0 } named) return named;
        }

        var before = root.FindToken(Math.Clamp(cursor - 1, 0, Math.Max(0, root.FullSpan.End - 1)));
        for (var node = before.Parent; node is not null; node = node.Parent)
        {
            var called = node switch
            {
                ArgumentListSyntax { Parent: InvocationExpressionSyntax call } => Rightmost(call.Expression),
                ArgumentListSyntax { Parent: ObjectCreationExpressionSyntax creation } => creation.Type,
                _ => null,
            };
            if (called is not null) return OfNode(called, model, cancellation);
        }

        return [];
    }

    private static IReadOnlyList<ISymbol> OfNode(SyntaxNode node, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetDeclaredSymbol(node, cancellation) is { } declared) return [declared];
        var info = model.GetSymbolInfo(node, cancellation);
        var found = info.Symbol is { } one ? [one] : info.CandidateSymbols.ToList();
        if (node.AncestorsAndSelf().OfType<ObjectCreationExpressionSyntax>().FirstOrDefault() is { } creation && creation.Type.Span.Contains(node.Span)
            && found is [INamedTypeSymbol type] && type.InstanceConstructors.Any(c => c.DeclaredAccessibility == Accessibility.Public))
            return [type, .. type.InstanceConstructors.Where(c => c.DeclaredAccessibility == Accessibility.Public)];

        IEnumerable<ISymbol> group = node is ExpressionSyntax expression ? model.GetMemberGroup(expression, cancellation) : [];
        return [.. found.Concat(group).Distinct(SymbolEqualityComparer.Default)];
    }

    private static ExpressionSyntax Rightmost(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => expression,
    };
}
