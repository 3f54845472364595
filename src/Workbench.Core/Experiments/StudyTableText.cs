using System.Globalization;
using System.Text;

namespace Workbench.Experiments;

/// <summary>A <see cref="StudyTable"/> for people.</summary>
public static class StudyTableText
{
    /// <summary>The tables as Markdown, one a group and part; columns without a number in a group are left out of it.</summary>
    public static string Markdown(StudyTable table)
    {
        var text = new StringBuilder($"# {table.Title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{table.Words.Trim()}{(table.Words.Length > 0 ? " " : "")}{table.People} {table.Subjects}, model {table.Model}. ");
        text.Append(table.People > 1 ? $"Means with 95 % intervals that resample whole {table.Subjects.Split(' ')[^1]}{(IsRagged(table) ? "; n: measured on so many only" : "")}.\n" : "One says nothing about others: there are no intervals.\n");
        foreach (var group in table.Groups) AppendGroup(text, table, group);
        if (table.LeftOut.Count > 0) text.Append("\nLeft out:\n\n").AppendJoin('\n', table.LeftOut.Select(reason => $"* {reason}")).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// A cell's words: mean, interval where there are several people, their number where it is less than the table's, remarks; empty where
    /// nothing was measured.
    /// </summary>
    public static string Cell(StudyTable table, string name, StudyColumn column, string group = "")
    {
        var remarks = string.Concat(table.Remarks.Where(r => r.Text.Length > 0 && (r.Group, r.Name, r.Column) == (group, name, column.Name)).Select(r => $" {r.Text}"));
        if (table.Mean(name, column.Name, group) is not { } mean) return remarks.Trim();
        var digits = "0." + new string('0', column.Decimals);
        string Number(double value) => value.ToString(digits, CultureInfo.InvariantCulture);
        var people = table.Of(name, group).Where(r => r[column.Name].Count > 0).DistinctBy(r => r.Subject).Count();
        var interval = people == 1 ? "" : $" [{Number(mean.Low)}, {Number(mean.High)}]";
        return $"{Number(mean.Mean)}{interval}{(people == table.People ? "" : $" n={people}")}{remarks}";
    }

    private static bool IsRagged(StudyTable table) => table.Columns.Any(c => table.Rows.Where(r => r[c.Name].Count > 0)
        .GroupBy(r => (r.Group, r.Name)).Any(line => line.DistinctBy(r => r.Subject).Count() < table.People));

    private static void AppendGroup(StringBuilder text, StudyTable table, string group)
    {
        var columns = table.Columns.Where(c => table.Rows.Any(r => r.Group == group && r[c.Name].Count > 0)).ToArray();
        foreach (var part in columns.GroupBy(c => c.Part, StringComparer.Ordinal))
        {
            if (group.Length + part.Key.Length > 0) text.Append(CultureInfo.InvariantCulture, $"\n## {string.Join(": ", new[] { group, part.Key }.Where(words => words.Length > 0))}\n");
            text.Append(CultureInfo.InvariantCulture, $"\n| {table.LineTitle} | ").AppendJoin(" | ", part.Select(c => c.Title)).Append(" |\n| --- |");
            text.Insert(text.Length, " --- |", part.Count()).Append('\n');
            foreach (var name in table.Names.Where(n => table.Rows.Any(r => r.Group == group && r.Name == n)))
                text.Append(CultureInfo.InvariantCulture, $"| {name} | ").AppendJoin(" | ", part.Select(c => Cell(table, name, c, group))).Append(" |\n");
        }
    }
}
