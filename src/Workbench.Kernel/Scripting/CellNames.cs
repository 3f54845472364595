using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// What a cell declares and which names it mentions: enough to tell, on the safe side, when nothing can reach it any more.
/// </summary>
/// <param name="Declared">
/// Name and key of each declaration; a later declaration with the same key hides it (methods differ by their parameters,
/// types by their arity).
/// </param>
/// <param name="Mentioned">Every identifier in the cell's text.</param>
/// <param name="IsKept">It brings usings or references, on which any later cell may depend.</param>
/// <param name="IsFixed">It shares compiler-made types (anonymous ones, most often) with other cells, so that it must stay compiled as it was.</param>
internal sealed record CellNames(IReadOnlyList<(string Name, string Key)> Declared, IReadOnlySet<string> Mentioned, bool IsKept, bool IsFixed)
{
    private static readonly string[] SharedTypes = ["<>f__Anonymous", "<>A{", "<>F{"];

    public static CellNames Of(CompiledCell cell)
    {
        var roots = cell.Compilation.SyntaxTrees.Select(tree => (CompilationUnitSyntax)tree.GetRoot()).ToList();
        var declared = (cell.Compilation.ScriptClass?.GetMembers() ?? []).Where(m => !m.IsImplicitlyDeclared).Select(m => (m.Name, Key(m))).ToList();
        var mentioned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in roots.SelectMany(root => root.DescendantTokens()))
        {
            if (!token.IsKind(SyntaxKind.IdentifierToken)) continue;
            mentioned.Add(token.ValueText);
            if (token.Parent?.FirstAncestorOrSelf<AttributeSyntax>() is not null) mentioned.Add(token.ValueText + "Attribute");
        }

        var isKept = cell.Compilation.ExternalReferences.Length > 0 || roots.Any(root => root.Usings.Count > 0 || root.Externs.Count > 0 || root.ContainsDirectives);
        return new(declared, mentioned, isKept, SharesTypes(cell.Image));
    }

    private static string Key(ISymbol member) => member switch
    {
        IMethodSymbol method => $"{method.Name}`{method.Arity}({string.Join(',', method.Parameters.Select(p => p.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)))})",
        INamedTypeSymbol type => $"type {type.Name}`{type.Arity}",
        _ => member.Name,
    };

    private static bool SharesTypes(byte[] image)
    {
        if (image.Length == 0) return false;
        using var file = new PEReader([.. image]);
        var metadata = file.GetMetadataReader();
        bool IsShared(StringHandle name) => SharedTypes.Any(start => metadata.StringComparer.StartsWith(name, start));
        return metadata.TypeDefinitions.Any(t => IsShared(metadata.GetTypeDefinition(t).Name)) || metadata.TypeReferences.Any(t => IsShared(metadata.GetTypeReference(t).Name));
    }
}
