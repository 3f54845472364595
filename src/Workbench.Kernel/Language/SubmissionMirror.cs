using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Language;

/// <summary>
/// The session's chain of cells as a Roslyn workspace, for the services that need one. Only new cells are added, so that the
/// compilations of the old ones are made once; a cell that is being typed is a document at the end of the chain.
/// </summary>
internal sealed class SubmissionMirror : IDisposable
{
    private readonly AdhocWorkspace workspace = new(MefHostServices.DefaultHost);
    private readonly CSharpParseOptions parseOptions = SubmissionCompiler.ParseOptions.WithDocumentationMode(DocumentationMode.Parse);
    private readonly ScriptSession session;
    private readonly ReferenceResolver resolver;
    private readonly int generation;
    private Solution chain;
    private ProjectId? lastProject;
    private CSharpCompilation? last;
    private (Solution Solution, DocumentId Document)? typed;

    public SubmissionMirror(ScriptSession session)
    {
        this.session = session;
        generation = session.Chain.Generation;
        resolver = session.CreateResolver();
        chain = workspace.CurrentSolution;
    }

    /// <summary>Whether this mirrors the session as it is: another session needs another mirror, and so does a chain that left cells out.</summary>
    public bool IsOf(ScriptSession other) => ReferenceEquals(other, session) && other.Chain.Generation == generation;

    /// <summary>The text as the session's next cell.</summary>
    public Document Open(string code)
    {
        Follow();
        var text = SourceText.From(code);
        if (typed is not { } open)
        {
            var (references, options) = session.NextSubmission();
            var (solution, _, document) = Add(chain, "typed", text, references, options);
            typed = open = (solution, document);
        }
        else
        {
            typed = open = (open.Solution.WithDocumentText(open.Document, text), open.Document);
        }

        return open.Solution.GetDocument(open.Document)!;
    }

    public void Dispose() => workspace.Dispose();

    /// <summary>Adds the cells that have run since the last time.</summary>
    private void Follow()
    {
        var (newest, added) = (session.Chain.Last, new Stack<CSharpCompilation>());
        if (ReferenceEquals(newest, last)) return;
        for (var cell = newest; cell is not null && !ReferenceEquals(cell, last); cell = cell.ScriptCompilationInfo!.PreviousScriptCompilation) added.Push(cell);
        // What was typed goes, but what the compiler made of the cells before it stays: only this branch of solutions has it.
        if (typed is { } open) chain = open.Solution.RemoveProject(open.Document.ProjectId);
        while (added.TryPop(out var cell))
        {
            var text = cell.SyntaxTrees[0].GetText();
            (chain, lastProject, _) = Add(chain, cell.AssemblyName ?? "cell", text, cell.References.Where(r => r is not CompilationReference), cell.Options);
        }

        (last, typed) = (newest, null);
    }

    private (Solution Solution, ProjectId Project, DocumentId Document) Add(
        Solution to, string name, SourceText text, IEnumerable<MetadataReference> references, CSharpCompilationOptions options)
    {
        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        var info = ProjectInfo.Create(
            project, VersionStamp.Create(), name, name, LanguageNames.CSharp,
            compilationOptions: options.WithMetadataReferenceResolver(resolver),
            parseOptions: parseOptions,
            projectReferences: lastProject is null ? [] : [new ProjectReference(lastProject)],
            metadataReferences: references,
            isSubmission: true);
        return (to.AddProject(info).AddDocument(document, name + ".csx", text), project, document);
    }
}
