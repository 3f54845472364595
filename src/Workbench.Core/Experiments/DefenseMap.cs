namespace Workbench.Experiments;

/// <summary>One score of a <see cref="DefenseTable"/> as a map: purifiers in rows, protections in columns, every cell of the same people.</summary>
/// <param name="Values">[purifiers, protections], to two decimals as in tables; NaN where a cell was not measured.</param>
/// <param name="Purifiers">Row names.</param>
/// <param name="Protections">Column names.</param>
/// <param name="People">Numbers of the people whose means these are: those with most cells, for means over different people do not compare.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record DefenseMap(double[,] Values, IReadOnlyList<string> Purifiers, IReadOnlyList<string> Protections, IReadOnlyList<int> People)
{
    /// <summary>The map of a score.</summary>
    /// <param name="table">A table of <see cref="DefenseTable"/>, also one that was read again.</param>
    /// <param name="score">Name of a <see cref="StudyScore"/>.</param>
    /// <param name="mode">Training and sampling.</param>
    /// <exception cref="ArgumentException">The table has no such score or mode.</exception>
    public static DefenseMap Of(StudyTable table, string score, DefenseMode mode)
    {
        string[] protections = [.. table.Columns.Select(c => c.Name.Split(": ")).Where(c => c is [not DefenseTable.Pooled, var name] && name == score).Select(c => c[0])];
        var rows = table.Rows.Where(r => r.Group == mode.Name).ToArray();
        if (protections.Length == 0 || rows.Length == 0) throw new ArgumentException($"The table has no score '{score}' in part '{mode.Name}'.", nameof(score));
        var cells = (from row in rows
                     from protection in protections
                     let drawn = row[DefenseTable.Column(protection, score)]
                     where drawn.Count > 0
                     select (row.Name, Protection: protection, row.Subject, Mean: drawn.Average())).ToArray();
        var counts = cells.CountBy(c => c.Subject).ToArray();
        int[] people = [.. counts.Where(c => c.Value == counts.Max(o => o.Value)).Select(c => c.Key).Order()];
        string[] purifiers = [.. rows.Select(r => r.Name).Distinct(StringComparer.Ordinal)];
        var values = new double[purifiers.Length, protections.Length];
        for (var p = 0; p < purifiers.Length; p++)
            for (var q = 0; q < protections.Length; q++)
                values[p, q] = Math.Round(cells.Where(c => c.Name == purifiers[p] && c.Protection == protections[q] && people.Contains(c.Subject)).Select(c => c.Mean).DefaultIfEmpty(double.NaN).Average(), 2);
        return new(values, purifiers, protections, people);
    }
}
