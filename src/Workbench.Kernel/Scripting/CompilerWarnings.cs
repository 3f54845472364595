using Microsoft.CodeAnalysis;

namespace Workbench.Kernel.Scripting;

/// <summary>Shows the compiler's warnings, each once a session: a cell that is run again says nothing new.</summary>
internal sealed class CompilerWarnings
{
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    public void Show(IEnumerable<Diagnostic> warnings, CellScope scope)
    {
        foreach (var warning in warnings)
        {
            var place = SubmissionCompiler.Describe(warning);
            if (shown.Add($"{place.Code} {place.Message}"))
                scope.Emit(new StreamWritten("stderr", $"({place.Line},{place.Column}): warning {place.Code}: {place.Message}\n"));
        }
    }
}
