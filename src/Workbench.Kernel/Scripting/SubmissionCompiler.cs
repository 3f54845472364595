using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Workbench.Kernel.Scripting;

/// <summary>A compiled cell.</summary>
/// <param name="Compilation">Becomes the previous submission of the next cell.</param>
/// <param name="ClassName">The generated class, whose <c>&lt;Factory&gt;</c> runs the cell.</param>
/// <param name="Image">The assembly; empty when the cell has only directives, usings or comments.</param>
/// <param name="Symbols">Its portable PDB, for line numbers in stack traces.</param>
/// <param name="HasResult">The cell ends in an expression without semicolon that has a value.</param>
/// <param name="Warnings">Compiler warnings.</param>
/// <param name="IsLink">Later cells build on this one: it declares something, or brings usings or references.</param>
/// <param name="IsLibrary">The cell was compiled as a library, to be referenced by the cells after it, and is no submission.</param>
internal sealed record CompiledCell(
    CSharpCompilation Compilation, string ClassName, byte[] Image, byte[] Symbols, bool HasResult, IReadOnlyList<Diagnostic> Warnings,
    bool IsLink = true, bool IsLibrary = false);

/// <summary>Compiles cells as a chain of Roslyn script submissions; each sees what the earlier ones declared.</summary>
internal sealed class SubmissionCompiler(string folder, ReferenceResolver resolver)
{
    private static readonly string[] Imports =
    [
        "System", "System.Collections", "System.Collections.Generic", "System.Globalization", "System.IO", "System.Linq", "System.Text",
        "System.Threading", "System.Threading.Tasks", "Workbench.Kernel.Display", "Workbench.Kernel.Display.CellFunctions",
    ];

    /// <summary>Assembly version unification and similar noise that a notebook's author can do nothing about.</summary>
    private static readonly HashSet<string> Quiet = ["CS1701", "CS1702", "CS1591", "CS1705"];

    /// <summary>"Extension methods must be defined in a top level static class": a submission's classes are nested.</summary>
    private const string ExtensionInSubmission = "CS1109";

    /// <summary>How cells are parsed.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Parse, SourceCodeKind.Script);
    private static readonly EmitOptions Emit = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private readonly SourceFileResolver sources = new([folder], folder);
    private int number;

    /// <summary>What the first cell of a session references without being told.</summary>
    public static IEnumerable<MetadataReference> BaseReferences =>
        HostAssemblies.Framework.Where(IsManaged)
            .Concat([typeof(SubmissionCompiler).Assembly.Location, typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly.Location,
                typeof(Microsoft.AspNetCore.Html.IHtmlContent).Assembly.Location])
            .Select(MetadataCache.Get);

    public static CompilationUnitSyntax Parse(string code, string path, CancellationToken cancellation = default) =>
        (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, path, cancellation).GetRoot(cancellation);

    /// <summary>Compiles one cell after <paramref name="previous"/>.</summary>
    /// <exception cref="CellErrorException">The cell has compile errors.</exception>
    public CompiledCell Compile(
        string code, string path, string label, CSharpCompilation? previous, IReadOnlyCollection<MetadataReference> references, CancellationToken cancellation)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, path, cancellation);
        var className = $"Submission#{number}";
        var compilation = CSharpCompilation.CreateScriptCompilation(
            $"cell-{number++}-{Guid.NewGuid():N}", tree, previous is null ? BaseReferences.Concat(references) : references, Options(className, previous is null), previous, typeof(object));

        using MemoryStream image = new(), symbols = new();
        var result = compilation.Emit(image, symbols, options: Emit, cancellationToken: cancellation);
        if (!result.Success && result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            if (result.Diagnostics.Any(d => d.Id == ExtensionInSubmission) && LibraryCell.TryCompile(code, path, compilation, Imports, cancellation) is { } library)
                return library;
            throw Failed(result.Diagnostics, code, path, label);
        }


        var warnings = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning && !d.IsSuppressed && !Quiet.Contains(d.Id)).ToList();
        var isLink = references.Count > 0 || IsLink(compilation, tree, cancellation);
        return new(compilation, className, image.ToArray(), symbols.ToArray(), HasResult(compilation, tree, cancellation), warnings, isLink);
    }

    /// <summary>How a cell is compiled.</summary>
    /// <param name="className">The class that it becomes.</param>
    /// <param name="isFirst">The first cell brings the usings that all have.</param>
    public CSharpCompilationOptions Options(string className, bool isFirst) => new(
        OutputKind.DynamicallyLinkedLibrary,
        scriptClassName: className,
        usings: isFirst ? Imports : [],
        optimizationLevel: OptimizationLevel.Debug,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Annotations,
        sourceReferenceResolver: sources,
        metadataReferenceResolver: resolver,
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    /// <summary>One-based line and column of a message.</summary>
    public static CellDiagnostic Describe(Diagnostic diagnostic)
    {
        var start = diagnostic.Location.GetMappedLineSpan().StartLinePosition;
        return new(diagnostic.Id, diagnostic.GetMessage(), start.Line + 1, start.Character + 1);
    }

    private static CellErrorException Failed(IEnumerable<Diagnostic> all, string code, string path, string label)
    {
        var errors = all.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start).Take(20).ToList();
        var described = errors.ConvertAll(Describe);
        var lines = new List<string>();
        foreach (var (error, place) in errors.Zip(described))
        {
            var file = error.Location.GetMappedLineSpan().Path;
            var here = file == path || file.Length == 0;
            lines.Add($"{(here ? label : Path.GetFileName(file))}, line {place.Line}, column {place.Column}: error {place.Code}: {place.Message}");
            var source = here ? code : error.Location.SourceTree?.ToString() ?? "";
            lines.AddRange(SourceMark.At(source, place.Line, place.Column));
            if (Hint(place.Code, source, place.Line) is { } hint) lines.Add($"        {hint}");
        }

        var message = string.Join("\n", described.Select(d => $"({d.Line},{d.Column}): error {d.Code}: {d.Message}"));
        var first = described.FirstOrDefault();
        return new(new("CompilationError", message, lines, first?.Line, first?.Column) { Diagnostics = described });
    }

    /// <summary>What to do about messages that say it badly for a cell.</summary>
    private static string? Hint(string code, string source, int line) => code switch
    {
        "CS0006" => "The path is relative to the notebook's folder. If it is a project's output, build the project first.",
        "CS0825" when source.Split('\n').ElementAtOrDefault(line - 1)?.TrimStart().StartsWith("using ", StringComparison.Ordinal) == true =>
            "A cell cannot hold a using declaration at its top level, because its variables live on: write using (...) { } or leave out 'using'.",
        _ => null,
    };

    private static bool IsLink(CSharpCompilation compilation, SyntaxTree tree, CancellationToken cancellation)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellation);
        return root.Usings.Count > 0 || root.Externs.Count > 0 || root.ContainsDirectives
            || compilation.ScriptClass is not { } script || script.GetMembers().Any(m => !m.IsImplicitlyDeclared);
    }

    private static bool HasResult(CSharpCompilation compilation, SyntaxTree tree, CancellationToken cancellation)
    {
        var root = (CompilationUnitSyntax)tree.GetRoot(cancellation);
        if (root.Members.LastOrDefault() is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }) return false;
        var type = compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression, cancellation);
        return type.ConvertedType?.SpecialType != SpecialType.System_Void && type.Type?.SpecialType != SpecialType.System_Void;
    }

    private static bool IsManaged(string path) => !Path.GetFileName(path).StartsWith("Microsoft.DiaSymReader.Native", StringComparison.Ordinal);
}
