using Microsoft.Data.Analysis;

namespace Workbench.Experiments;

/// <summary>Tables out of the <c>results.md</c> that studies write, so that a notebook can show any of them.</summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public static class StoredTables
{
    /// <summary>The tables of a file, in order; none where there is no such file.</summary>
    /// <param name="path">A Markdown file.</param>
    /// <returns>Each table with the nearest line of words above it.</returns>
    public static IReadOnlyList<(string Words, DataFrame Table)> Read(string path)
    {
        if (!File.Exists(path)) return [];
        var (tables, words, rows) = (new List<(string, DataFrame)>(), "", new List<string[]>());
        foreach (var line in File.ReadAllLines(path).Append(""))
        {
            if (line.StartsWith('|'))
            {
                rows.Add([.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())]);
                continue;
            }
            if (rows.Count > 1) tables.Add((words, Frame(rows)));
            rows.Clear();
            if (line.Trim().Length > 0) words = line.Trim('#', ' ');
        }
        return tables;
    }

    // The second row of a Markdown table is its ruling. Names must differ, so a second one gets a number.
    private static DataFrame Frame(List<string[]> rows)
    {
        var names = rows[0].Select((name, i) => rows[0].Take(i).Contains(name, StringComparer.OrdinalIgnoreCase) || name.Length == 0 ? $"{name} {i + 1}".Trim() : name);
        return new DataFrame(names.Select((name, i) => (DataFrameColumn)new StringDataFrameColumn(name, rows.Skip(2).Select(row => i < row.Length ? row[i] : ""))));
    }
}
