using System.Text;
using Microsoft.Data.Analysis;

namespace Workbench.Experiments;

/// <summary>A data frame as a Markdown table, which <see cref="StoredTables"/> reads back.</summary>
internal static class MarkdownTable
{
    public static string Of(DataFrame frame)
    {
        var text = new StringBuilder("| ").AppendJoin(" | ", frame.Columns.Select(c => c.Name)).Append(" |\n|");
        text.Insert(text.Length, " --- |", frame.Columns.Count).Append('\n');
        for (var row = 0; row < frame.Rows.Count; row++)
            text.Append("| ").AppendJoin(" | ", frame.Columns.Select(c => c[row]?.ToString()?.Replace('|', '/') ?? "")).Append(" |\n");
        return text.ToString();
    }
}
