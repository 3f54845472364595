using System.Diagnostics;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Scripting;

/// <summary>Runs the steps of a cell or of an imported file: its stretches of C#, prose and magics, in order.</summary>
internal sealed class StepRunner(ScriptSession session, Func<string, string, string, CellScope, CancellationToken, Task<object?>> runCSharp)
{
    private const int MaxImportDepth = 16;

    /// <param name="code">The cell.</param>
    /// <param name="label">How errors name it.</param>
    /// <param name="file">The name under which the compiler knows it.</param>
    /// <param name="scope">The running cell.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="depth">How many imports it is inside of.</param>
    /// <returns>The last value.</returns>
    public async Task<object?> RunAsync(string code, string label, string file, CellScope scope, CancellationToken cancellation, int depth = 0)
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
                case StepKind.Command when step.Command == "set":
                    await runCSharp(SetMagic.Declaration(step), PathOf(file, i), label, scope, cancellation).ConfigureAwait(false);
                    break;
                case StepKind.Command:
                    scope.Emit(new ValueDisplayed(Magics.Run(step, session), null));
                    break;
                default:
                    value = await runCSharp(step.Text, PathOf(file, i), label, scope, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        if (timed) scope.Emit(new ValueDisplayed(MimeBundle.Plain($"Wall time: {clock.Elapsed.TotalMilliseconds:0.0} ms"), null));
        return value;
    }

    private string PathOf(string file, int step) => Path.Combine(session.Folder, $"{file}{(step == 0 ? "" : $"-{step + 1}")}.csx");

    private async Task ImportAsync(CellStep step, CellScope scope, int depth, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(Path.Combine(session.Folder, step.Text.Trim().Trim('"')));
        if (depth >= MaxImportDepth) throw CellErrorException.Magic($"#!import is nested deeper than {MaxImportDepth}; does '{path}' import itself?", step.Line);
        if (!File.Exists(path)) throw CellErrorException.Magic($"#!import found no file '{path}'.", step.Line);
        var name = Path.GetFileName(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".ipynb":
                var number = 0;
                foreach (var cell in NotebookDocument.Read(path).Cells.Where(c => c.Kind == CellKind.Code))
                    await RunAsync(cell.Source, $"{name}, code cell {++number}", $"{name}-{number}", scope, cancellation, depth + 1).ConfigureAwait(false);
                break;
            case ".cs" or ".csx":
                await RunAsync(await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false), name, name, scope, cancellation, depth + 1).ConfigureAwait(false);
                break;
            case var other:
                throw CellErrorException.Magic($"#!import runs .ipynb, .csx and .cs files, not '{other}'.", step.Line);
        }
    }
}
