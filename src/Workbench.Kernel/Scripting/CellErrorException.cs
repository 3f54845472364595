namespace Workbench.Kernel.Scripting;

/// <summary>Ends a cell with an error that is already in the form to show.</summary>
internal sealed class CellErrorException(CellError error) : Exception(error.Message)
{
    public CellError Error { get; } = error;

    public static CellErrorException Magic(string message, int? line = null) =>
        new(new("MagicError", message, [message], line));
}
