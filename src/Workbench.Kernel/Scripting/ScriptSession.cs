using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbench.Kernel.Display;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// C# cells with state from cell to cell: top-level await, <c>#r</c>, <c>#load</c>, magics, displays and captured console
/// output. Cells run one at a time, all on one thread of the session. A cell that fails or is stopped leaves the
/// variables that it had assigned.
/// </summary>
public sealed class ScriptSession : IDisposable
{
    private readonly ScriptSessionOptions options;
    private readonly SessionLoadContext context = new();
    private readonly ReferenceResolver resolver;
    private readonly SubmissionCompiler compiler;
    private readonly NuGetPackages packages;
    private readonly CellThread thread;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ConcurrentDictionary<string, (string Label, string Source)> cells = new(StringComparer.Ordinal);
    private readonly CompilerWarnings warnings = new();
    private readonly List<MetadataReference> pending = [];
    private readonly SubmissionChain chain;
    private readonly StopLadder ladder;
    private readonly StepRunner steps;

    /// <summary>Starts a session; its first cell pays for warming the compiler.</summary>
    public ScriptSession(ScriptSessionOptions? options = null)
    {
        this.options = options ?? new();
        Folder = Path.GetFullPath(this.options.Folder);
        HostAssemblies.Preload();
        HostFormatters.Register();
        ConsoleRouter.Install();
        StrayExceptions.Install();
        AmbientHost.Install();
        resolver = new(Folder, context);
        compiler = new(Folder, resolver);
        packages = new(context, this.options.NuGetCache);
        chain = new(context);
        steps = new(this, RunCSharpAsync);
        thread = new() { Stray = e => LastScope?.Emit(new StreamWritten("stderr", $"A task that a cell left behind failed: {e.Message}\n")) };
        ladder = new(thread, this.options.CooperativeGrace, this.options.AbortGrace);
    }

    /// <summary>The folder against which references resolve.</summary>
    public string Folder { get; }

    /// <summary>The number of the last cell.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>False once a cell could not be stopped; the session runs no more cells.</summary>
    public bool IsAlive { get; private set; } = true;

    private CellScope? LastScope { get; set; }

    /// <summary>The variables that cells have declared; a later declaration hides an earlier one.</summary>
    public IReadOnlyList<SessionVariable> Variables => chain.Variables;

    /// <summary>The cells that the next one builds on, for completion and the like.</summary>
    internal SubmissionChain Chain => chain;

    /// <summary>References and options that the next cell would be compiled with, for completion and the like.</summary>
    internal (IReadOnlyList<MetadataReference> References, CSharpCompilationOptions Options) NextSubmission()
    {
        MetadataReference[] waiting;
        lock (pending) waiting = [.. pending];
        return (chain.Last is null ? [.. SubmissionCompiler.BaseReferences, .. waiting] : waiting, compiler.Options("Typed", chain.Last is null));
    }

    /// <summary>Text as the session's next cell, compiled as far as its meaning goes; the session is not changed.</summary>
    internal CSharpCompilation Sketch(string code)
    {
        var (references, options) = NextSubmission();
        var tree = SubmissionCompiler.Parse(code, "").SyntaxTree;
        return CSharpCompilation.CreateScriptCompilation("sketch", tree, references, options.WithMetadataReferenceResolver(CreateResolver()), chain.Last, typeof(object));
    }

    /// <summary>A resolver for completion and the like, which leaves no trace in the session.</summary>
    internal ReferenceResolver CreateResolver() => new(Folder, context);

    /// <summary>Runs one cell.</summary>
    /// <param name="code">C#, with the magics of the common subset.</param>
    /// <param name="onEvent">Receives what the cell shows, in order; also later, from work that the cell left running.</param>
    /// <param name="cancellation">
    /// Stops the cell: first by asking (<see cref="CellFunctions.CellCancellation"/>), then by abort; what can be stopped by
    /// neither is abandoned.
    /// </param>
    /// <returns>How the cell ended; errors of the cell are in the result and are not thrown.</returns>
    public Task<CellResult> ExecuteAsync(string code, Action<CellEvent> onEvent, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(onEvent);
        return ExecuteAsync(new CellRequest(code, onEvent), cancellation);
    }

    /// <summary>Runs one cell that may also ask the user and talk to widgets.</summary>
    public async Task<CellResult> ExecuteAsync(CellRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        try
        {
            if (!IsAlive) throw new InvalidOperationException("This session ended when a cell could not be stopped; start another one.");
            if (request.IsCounted) ExecutionCount++;
            var scope = LastScope = new CellScope(request, cancellation);
            return await Task.Run(() => RunCellAsync(request.Code, scope, clock, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Runs the host's own work for a request (a widget's message, say) on the session's thread; what it shows goes to the request.</summary>
    public Task InvokeAsync(CellRequest request, Action work)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(work);
        return thread.InvokeAsync(() =>
        {
            var before = CellScope.Current;
            CellScope.Current = new(request, CancellationToken.None);
            try
            {
                work();
                return true;
            }
            finally
            {
                CellScope.Current = before;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        thread.Dispose();
        gate.Dispose();
    }

    private async Task<CellResult> RunCellAsync(string code, CellScope scope, Stopwatch clock, CancellationToken cancellation)
    {
        CellResult Ended(CellStatus status, CellError? error, object? value = null) => new(status, error, value, ExecutionCount, clock.Elapsed);
        try
        {
            var value = await steps.RunAsync(code, $"cell {ExecutionCount}", $"cell-{ExecutionCount}", scope, cancellation).ConfigureAwait(false);
            return Ended(CellStatus.Succeeded, null, value);
        }
        catch (CellErrorException e)
        {
            return Ended(CellStatus.Failed, e.Error);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            const string Message = "The cell was stopped before its end.";
            return Ended(CellStatus.Cancelled, new("Interrupted", Message, [Message]));
        }
        catch (CellStuckException e)
        {
            return Ended(CellStatus.Abandoned, new("Interrupted", e.Message, [e.Message]));
        }
        catch (Exception e)
        {
            // Of what a magic reads: a damaged notebook, a script without permission. It is the cell's failure, not the session's.
            return Ended(CellStatus.Failed, new(e.GetType().Name, e.Message, [$"{e.GetType().FullName}: {e.Message}"]));
        }
    }

    private async Task<object?> RunCSharpAsync(string code, string path, string label, CellScope scope, CancellationToken cancellation)
    {
        var (source, references) = await packages.ResolveAsync(code, path, label, cancellation).ConfigureAwait(false);
        lock (pending) pending.AddRange(references);
        cells[path] = (label, code);
        CompiledCell cell;
        try
        {
            cell = compiler.Compile(source, path, label, chain.Last, pending, cancellation);
        }
        finally
        {
            foreach (var file in resolver.TakeResolved()) NotebookExtensions.Load(file, context);
        }

        warnings.Show(cell.Warnings, scope);
        if (cell.IsLibrary)
        {
            context.LoadFromStream(new MemoryStream(cell.Image), new MemoryStream(cell.Symbols));
            lock (pending) pending.Add(MetadataReference.CreateFromImage(cell.Image));
            return null;
        }

        if (cell.Image.Length == 0)
        {
            Append(cell);
            return null;
        }

        var submission = chain.Load(cell);
        try
        {
            return await ladder.RunAsync(() => Submit(submission, cell.HasResult, scope), text => scope.Emit(new CellStopping(text)), cancellation).ConfigureAwait(false);
        }
        catch (CellStuckException)
        {
            IsAlive = false;
            throw;
        }
        catch (Exception) when (IsAlive && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation); // whatever being stopped made the cell throw
        }
        catch (Exception e) when (IsAlive)
        {
            throw new CellErrorException(ErrorTrimmer.Trim(e, a => a.GetName().Name!.StartsWith("cell-", StringComparison.Ordinal), Cell, path));
        }
        finally
        {
            Append(cell);
        }
    }

    private void Append(CompiledCell cell)
    {
        if (!chain.Append(cell) || !cell.IsLink) return;
        lock (pending) pending.Clear(); // the cells after this one inherit them from it
    }

    private (string Label, string Source)? Cell(string path) => cells.TryGetValue(path, out var cell) ? cell : null;

    private static async Task<object?> Submit(Func<Task<object?>> submission, bool hasResult, CellScope scope)
    {
        CellScope.Current = scope;
        var value = await submission();
        if (hasResult) scope.Emit(new ResultProduced(MimeFormatter.Format(value)));
        return hasResult ? value : null;
    }

}
