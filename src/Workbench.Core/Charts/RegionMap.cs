namespace Workbench.Charts;

/// <summary>The background of a point map: which region each cell of a grid belongs to, as a classifier decided.</summary>
/// <param name="Names">The regions' names.</param>
/// <param name="Cells">[rows, columns] indices into <paramref name="Names"/>; row 0 is the lowest, column 0 the leftmost.</param>
/// <param name="X">The horizontal range that the grid covers.</param>
/// <param name="Y">The vertical range that the grid covers.</param>
public sealed record RegionMap(IReadOnlyList<string> Names, int[,] Cells, (double Low, double High) X, (double Low, double High) Y)
{
    /// <summary>Asks <paramref name="classify"/> for every cell's middle.</summary>
    /// <param name="names">The regions' names.</param>
    /// <param name="x">The horizontal range.</param>
    /// <param name="y">The vertical range.</param>
    /// <param name="classify">The index of the region at a place.</param>
    /// <param name="side">Cells a side.</param>
    public static RegionMap Of(
        IReadOnlyList<string> names, (double Low, double High) x, (double Low, double High) y, Func<double, double, int> classify, int side = 60)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        var cells = new int[side, side];
        var map = new RegionMap(names, cells, x, y);
        for (var row = 0; row < side; row++)
            for (var column = 0; column < side; column++) cells[row, column] = classify(map.CentreX(column), map.CentreY(row));
        return map.Checked();
    }

    internal int Rows => Cells.GetLength(0);

    internal int Columns => Cells.GetLength(1);

    internal double CentreX(int column) => X.Low + (column + 0.5) * (X.High - X.Low) / Columns;

    internal double CentreY(int row) => Y.Low + (row + 0.5) * (Y.High - Y.Low) / Rows;

    internal RegionMap Checked()
    {
        if (Cells.Length == 0 || Names.Count == 0) throw new ArgumentException("A region map needs at least one cell and one name.");
        foreach (var cell in Cells)
            if (cell < 0 || cell >= Names.Count) throw new ArgumentException($"Region {cell} has no name: there are {Names.Count} names.");
        return this;
    }
}
