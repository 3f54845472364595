using Microsoft.CodeAnalysis.Completion;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Language;

/// <summary>Completion and inspection of cells against what the session knows now. Thread-safe.</summary>
internal sealed class LanguageService(Func<ScriptSession> session) : IDisposable
{
    /// <summary>Above this many possibilities nobody reads them all, and looking up each would take too long.</summary>
    private const int MaxDescribed = 40;

    /// <summary>A member of a value: the compiler also looks for extension methods then.</summary>
    private const string Anything = "\"\".Repla";

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim gate = new(1, 1);
    private int prepared;
    private SubmissionMirror? mirror;

    /// <summary>What could stand at a cursor (UTF-16 units).</summary>
    public async Task<CellCompletions> CompleteAsync(string code, int cursor, CancellationToken cancellation)
    {
        if (MagicCompletion.At(code, cursor) is { } magics) return magics;
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var document = Mirror().Open(CellSource.CSharpOnly(code, tolerant: true));
            var service = CompletionService.GetService(document)!;
            var list = await service.GetCompletionsAsync(document, cursor, cancellationToken: cancellation).ConfigureAwait(false);
            var span = list.Span;
            var found = CompletionFilter.Matching(list.ItemsList, code[span.Start..cursor]);
            var items = new List<CellCompletion>();
            foreach (var item in found)
            {
                var description = found.Count <= MaxDescribed ? await service.GetDescriptionAsync(document, item, cancellation).ConfigureAwait(false) : null;
                items.Add(CompletionFilter.Describe(item, description?.Text ?? ""));
            }

            return new(span.Start, Math.Max(span.End, cursor), items);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Once no other cell has ended for a second, does the work that the next completion would wait for: the compiler's on
    /// the cells that are new.
    /// </summary>
    public async Task PrepareAsync()
    {
        var turn = Interlocked.Increment(ref prepared);
        await Task.Delay(Rest).ConfigureAwait(false);
        if (turn == Volatile.Read(ref prepared)) await CompleteAsync(Anything, Anything.Length, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Signatures and documentation of what stands at a cursor; null when that is nothing known.</summary>
    public Task<MimeBundle?> InspectAsync(string code, int cursor, bool detailed, CancellationToken cancellation)
    {
        var sketch = session().Sketch(CellSource.CSharpOnly(code, tolerant: true));
        var tree = sketch.SyntaxTrees[0];
        var symbols = SymbolAt.Find(tree.GetRoot(cancellation), sketch.GetSemanticModel(tree), cursor, cancellation);
        return Task.FromResult(symbols.Count == 0 ? null : SymbolPage.Render(symbols, detailed));
    }

    public void Dispose()
    {
        mirror?.Dispose();
        gate.Dispose();
    }

    private SubmissionMirror Mirror()
    {
        var current = session();
        if (mirror?.IsOf(current) == true) return mirror;
        mirror?.Dispose();
        return mirror = new(current);
    }
}
