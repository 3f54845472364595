namespace Workbench.Kernel.Scripting;

/// <summary>An error as the user sees it, trimmed to the user's cells.</summary>
/// <param name="Name">The exception's type, "CompilationError", "MagicError" or "Interrupted".</param>
/// <param name="Message">One or more lines that say what went wrong.</param>
/// <param name="Traceback">Lines to show, with the source lines of the cells that the error came through.</param>
/// <param name="Line">One-based line in the failing cell; null when the error has no place in it.</param>
/// <param name="Column">One-based column; compile errors only.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line = null, int? Column = null)
{
    /// <summary>Compile errors with code and place; empty for other errors.</summary>
    public IReadOnlyList<CellDiagnostic> Diagnostics { get; init; } = [];
}

/// <summary>One compiler message.</summary>
/// <param name="Code">For example CS0103.</param>
/// <param name="Message">The compiler's text.</param>
/// <param name="Line">One-based line in the cell.</param>
/// <param name="Column">One-based column.</param>
public sealed record CellDiagnostic(string Code, string Message, int Line, int Column);
