using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbench.Kernel.Display;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// C# cells with state from cell to cell: top-level await, <c>#r</c>, <c>#load</c>, magics, displays and captured console
/// output. Cells run one at a time, all on one thread of the session. A cell that fails or is stopped leaves the
/// variables that it had assigned.
/// </summary>
public sealed class ScriptSession : IDisposable
{
    private const int MaxImportDepth = 16;
    private readonly ScriptSessionOptions options;
    private readonly SessionLoadContext context = new();
    private readonly ReferenceResolver resolver;
    private readonly SubmissionCompiler compiler;
    private readonly NuGetPackages packages;
    private readonly CellThread thread;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ConcurrentDictionary<string, (string Label, string Source)> cells = new(StringComparer.Ordinal);
    private readonly HashSet<string> shownWarnings = new(StringComparer.Ordinal);
    private readonly List<MetadataReference> pending = [];
    private CSharpCompilation? previous;
    private object?[] states = new object?[16];
    private int stateCount = 1; // slot 0 is for a globals object, which this session has not

    /// <summary>Starts a session; its first cell pays for warming the compiler.</summary>
    public ScriptSession(ScriptSessionOptions? options = null)
    {
        this.options = options ?? new();
        Folder = Path.GetFullPath(this.options.Folder);
        HostAssemblies.Preload();
        HostFormatters.Register();
        ConsoleRouter.Install();
        AmbientHost.Install();
        resolver = new(Folder, context);
        compiler = new(Folder, resolver);
        packages = new(context, this.options.NuGetCache);
        thread = new() { Stray = e => LastScope?.Emit(new StreamWritten("stderr", $"A task that a cell left behind failed: {e.Message}\n")) };
    }

    /// <summary>The folder against which references resolve.</summary>
    public string Folder { get; }

    /// <summary>The number of the last cell.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>False once a cell could not be stopped; the session runs no more cells.</summary>
    public bool IsAlive { get; private set; } = true;

    private CellScope? LastScope { get; set; }

    /// <summary>The variables that cells have declared; a later declaration hides an earlier one.</summary>
    public IReadOnlyList<SessionVariable> Variables
    {
        get
        {
            var variables = new Dictionary<string, SessionVariable>(StringComparer.Ordinal);
            foreach (var state in states[1..stateCount])
                foreach (var member in state!.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
                    if (!member.Name.StartsWith('<')) variables[member.Name] = new(member.Name, member.FieldType, member.GetValue(state));
            return [.. variables.Values.OrderBy(v => v.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Runs one cell.</summary>
    /// <param name="code">C#, with the magics of the common subset.</param>
    /// <param name="onEvent">Receives what the cell shows, in order; also later, from work that the cell left running.</param>
    /// <param name="cancellation">
    /// Stops the cell: first by asking (<see cref="CellFunctions.CellCancellation"/>), then by abort; what can be stopped by
    /// neither is abandoned.
    /// </param>
    /// <returns>How the cell ended; errors of the cell are in the result and are not thrown.</returns>
    public async Task<CellResult> ExecuteAsync(string code, Action<CellEvent> onEvent, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(onEvent);
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        try
        {
            if (!IsAlive) throw new InvalidOperationException("This session ended when a cell could not be stopped; start another one.");
            ExecutionCount++;
            var scope = LastScope = new CellScope(onEvent, cancellation);
            return await Task.Run(() => RunCellAsync(code, scope, clock, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
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
            var value = await RunStepsAsync(code, $"cell {ExecutionCount}", $"cell-{ExecutionCount}", scope, 0, cancellation).ConfigureAwait(false);
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
        catch (TimeoutException e) when (!IsAlive)
        {
            return Ended(CellStatus.Abandoned, new("Interrupted", e.Message, [e.Message]));
        }
    }

    /// <summary>Runs the steps of a cell or of an imported file, and returns the last value.</summary>
    private async Task<object?> RunStepsAsync(string code, string label, string file, CellScope scope, int depth, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var (timed, value) = (false, (object?)null);
        var steps = CellSource.Parse(code);
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            switch (step.Kind)
            {
                case StepKind.Markdown:
                    scope.Emit(new ValueDisplayed(new([new("text/markdown", step.Text), new("text/plain", step.Text)]), null));
                    break;
                case StepKind.Html:
                    scope.Emit(new ValueDisplayed(MimeBundle.Html(step.Text, step.Text), null));
                    break;
                case StepKind.Command when step.Command == "time":
                    timed = true;
                    break;
                case StepKind.Command when step.Command == "import":
                    await ImportAsync(step, scope, depth, cancellation).ConfigureAwait(false);
                    break;
                case StepKind.Command:
                    scope.Emit(new ValueDisplayed(Magics.Run(step, this), null));
                    break;
                default:
                    var path = Path.Combine(Folder, $"{file}{(i == 0 ? "" : $"-{i + 1}")}.csx");
                    value = await RunCSharpAsync(step.Text, path, label, scope, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        if (timed) scope.Emit(new ValueDisplayed(MimeBundle.Plain($"Wall time: {clock.Elapsed.TotalMilliseconds:0.0} ms"), null));
        return value;
    }

    private async Task ImportAsync(CellStep step, CellScope scope, int depth, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(Path.Combine(Folder, step.Text.Trim().Trim('"')));
        if (depth >= MaxImportDepth) throw CellErrorException.Magic($"#!import is nested deeper than {MaxImportDepth}; does '{path}' import itself?", step.Line);
        if (!File.Exists(path)) throw CellErrorException.Magic($"#!import found no file '{path}'.", step.Line);
        var name = Path.GetFileName(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".ipynb":
                var number = 0;
                foreach (var cell in NotebookDocument.Read(path).Cells.Where(c => c.Kind == CellKind.Code))
                    await RunStepsAsync(cell.Source, $"{name}, code cell {++number}", $"{name}-{number}", scope, depth + 1, cancellation).ConfigureAwait(false);
                break;
            case ".cs" or ".csx":
                await RunStepsAsync(await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false), name, name, scope, depth + 1, cancellation).ConfigureAwait(false);
                break;
            case var other:
                throw CellErrorException.Magic($"#!import runs .ipynb, .csx and .cs files, not '{other}'.", step.Line);
        }
    }

    private async Task<object?> RunCSharpAsync(string code, string path, string label, CellScope scope, CancellationToken cancellation)
    {
        var (source, references) = await packages.ResolveAsync(code, path, label, cancellation).ConfigureAwait(false);
        pending.AddRange(references);
        cells[path] = (label, code);
        CompiledCell cell;
        try
        {
            cell = compiler.Compile(source, path, label, previous, pending, cancellation);
        }
        finally
        {
            foreach (var file in resolver.TakeResolved()) LoadReference(file);
        }

        Warn(cell.Warnings, scope);
        if (cell.IsLibrary)
        {
            context.LoadFromStream(new MemoryStream(cell.Image), new MemoryStream(cell.Symbols));
            pending.Add(MetadataReference.CreateFromImage(cell.Image));
            return null;
        }

        pending.Clear(); // the cells after this one inherit them from it
        if (cell.Image.Length == 0)
        {
            previous = cell.Compilation;
            return null;
        }

        var assembly = context.LoadFromStream(new MemoryStream(cell.Image), new MemoryStream(cell.Symbols));
        var factory = assembly.GetType(cell.ClassName, throwOnError: true)!
            .GetMethod("<Factory>", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        if (stateCount + 1 >= states.Length) Array.Resize(ref states, states.Length * 2);
        try
        {
            return await StopAsync(() => Submit(factory, cell.HasResult, scope), cancellation).ConfigureAwait(false);
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
            // A submission that declares nothing takes no slot; one that failed half-way keeps what it had assigned.
            previous = cell.Compilation;
            if (states[stateCount] is not null) stateCount++;
        }
    }

    private (string Label, string Source)? Cell(string path) => cells.TryGetValue(path, out var cell) ? cell : null;

    private async Task<object?> Submit(Func<object?[], Task<object?>> factory, bool hasResult, CellScope scope)
    {
        CellScope.Current = scope;
        var value = await factory(states);
        if (hasResult) scope.Emit(new ResultProduced(MimeFormatter.Format(value)));
        return hasResult ? value : null;
    }

    /// <summary>The ladder of stopping: ask, abort, wake, give up.</summary>
    private async Task<object?> StopAsync(Func<Task<object?>> work, CancellationToken cancellation)
    {
        var abort = new CancellationTokenSource(); // not disposed: its Cancel may still be at work when the cell has ended
        var run = thread.RunAsync(work, abort.Token);
        if (await EndsAsync(run, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false)) return await run.ConfigureAwait(false);
        if (await EndsAsync(run, options.CooperativeGrace, CancellationToken.None).ConfigureAwait(false)) return await run.ConfigureAwait(false);

        _ = Task.Run(abort.Cancel, CancellationToken.None); // blocks until the thread has stopped, so never from here
        for (var waited = TimeSpan.Zero; waited < options.AbortGrace; waited += TimeSpan.FromMilliseconds(250))
        {
            if (await EndsAsync(run, TimeSpan.FromMilliseconds(250), CancellationToken.None).ConfigureAwait(false)) return await run.ConfigureAwait(false);
            thread.Interrupt();
        }

        IsAlive = false;
        throw new TimeoutException(
            $"The cell did not stop within {(options.CooperativeGrace + options.AbortGrace).TotalSeconds:0.#} s (native code, most often) and was left running; "
            + "this session ends, and its variables are lost.");
    }

    private static async Task<bool> EndsAsync(Task run, TimeSpan within, CancellationToken cancellation)
    {
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(run, Task.Delay(within, stopWaiting.Token)).ConfigureAwait(false);
        await stopWaiting.CancelAsync().ConfigureAwait(false);
        return run.IsCompleted;
    }

    private void LoadReference(string file)
    {
        try
        {
            NotebookExtensions.Activate(context.LoadFile(file));
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new CellErrorException(new("ReferenceError", $"'{file}' cannot be loaded: {e.Message}", [$"'{file}' cannot be loaded: {e.Message}"]));
        }
    }

    private void Warn(IEnumerable<Diagnostic> warnings, CellScope scope)
    {
        foreach (var warning in warnings)
        {
            var place = SubmissionCompiler.Describe(warning);
            if (shownWarnings.Add($"{place.Code} {place.Message}"))
                scope.Emit(new StreamWritten("stderr", $"({place.Line},{place.Column}): warning {place.Code}: {place.Message}\n"));
        }
    }
}
