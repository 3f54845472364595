using System.Net;
using System.Text;

namespace Workbench.Charts;

/// <summary>A table as notebooks show it: names on top, numbers to the right, every cell escaped.</summary>
internal sealed record NotebookTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>Words under the table; null for none.</summary>
    public string? Note { get; init; }

    public string ToHtml()
    {
        var html = new StringBuilder("<table class=\"workbench-table\">\n<thead><tr>");
        foreach (var name in Header) html.Append("<th>").Append(WebUtility.HtmlEncode(name)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
                html.Append(IsNumber(cell) ? "<td style=\"text-align: right\">" : "<td style=\"text-align: left\">").Append(WebUtility.HtmlEncode(Text(cell))).Append("</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>");
        if (Note is { } note) html.Append("\n<p>").Append(WebUtility.HtmlEncode(note)).Append("</p>");
        return html.ToString();
    }

    public string ToText()
    {
        var lines = Rows.Select(row => row.Select(Text).ToArray()).Prepend([.. Header]).ToList();
        var widths = Header.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = lines.Select(line => string.Join("  ", line.Select((cell, column) =>
            IsNumberColumn(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return string.Join('\n', Note is { } note ? text.Append(note) : text);
    }

    private bool IsNumberColumn(int column) => Rows.Count > 0 && Rows.All(row => row[column] is null || IsNumber(row[column]));

    private static bool IsNumber(object? cell) => cell is double or float or decimal or int or long or short or byte or uint or ulong or ushort or sbyte;

    private static string Text(object? cell) => cell switch
    {
        null => "",
        double number => ShortNumber.Format(number),
        float number => ShortNumber.Format(number),
        decimal number => ShortNumber.Format((double)number),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss"),
        _ => cell.ToString() ?? "",
    };
}
