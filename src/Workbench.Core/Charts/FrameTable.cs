using Microsoft.Data.Analysis;

namespace Workbench.Charts;

/// <summary>A data frame as a notebook table: rounded numbers, the first hundred rows.</summary>
internal static class FrameTable
{
    private const int MaxRows = 100;

    public static NotebookTable Of(DataFrame frame)
    {
        var shown = (int)Math.Min(frame.Rows.Count, MaxRows);
        var rows = Enumerable.Range(0, shown).Select(row => (IReadOnlyList<object?>)[.. frame.Columns.Select(column => column[row])]);
        return new([.. frame.Columns.Select(column => column.Name)], [.. rows])
        {
            Note = frame.Rows.Count > shown ? $"{shown} of {frame.Rows.Count} rows" : null,
        };
    }
}
