using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Compiles a cell that only declares types as an ordinary library, because script submissions cannot declare extension
/// methods. Such a cell sees references and default usings, but not what other cells declared.
/// </summary>
internal static class LibraryCell
{
    /// <summary>Null when the cell holds more than types or does not compile this way.</summary>
    public static CompiledCell? TryCompile(string code, string path, CSharpCompilation submission, IEnumerable<string> imports, CancellationToken cancellation)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None);
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), options, path, cancellation);
        if (!((CompilationUnitSyntax)tree.GetRoot(cancellation)).Members.All(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)) return null;

        var usings = imports.Select(name => name.EndsWith("CellFunctions", StringComparison.Ordinal) ? $"global using static {name};" : $"global using {name};");
        var globals = CSharpSyntaxTree.ParseText(string.Join('\n', usings), options, cancellationToken: cancellation);
        var name = $"cell-library-{Guid.NewGuid():N}";
        var compilation = CSharpCompilation.Create(name, [globals, tree], References(submission), new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations));
        using MemoryStream image = new(), symbols = new();
        var result = compilation.Emit(image, symbols, options: new(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellation);
        return result.Success ? new(submission, name, image.ToArray(), symbols.ToArray(), HasResult: false, [], IsLibrary: true) : null;
    }

    /// <summary>The references of a submission and of those before it.</summary>
    private static HashSet<MetadataReference> References(CSharpCompilation submission)
    {
        var references = new HashSet<MetadataReference>();
        for (var current = submission; current is not null; current = current.ScriptCompilationInfo?.PreviousScriptCompilation)
            references.UnionWith(current.References.Concat(current.DirectiveReferences));
        return references;
    }
}
