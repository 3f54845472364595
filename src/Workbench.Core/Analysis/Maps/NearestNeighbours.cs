namespace Workbench.Analysis.Maps;

/// <summary>The points nearest to a point, by comparing all pairs: maps have hundreds of points, not millions.</summary>
internal static class NearestNeighbours
{
    /// <summary>The nearest other points, nearest first; equal distances in the order of the rows.</summary>
    /// <param name="rows">[N, D] points.</param>
    /// <param name="i">The row of the point.</param>
    /// <param name="count">How many.</param>
    public static (int Index, double Squared)[] Of(double[,] rows, int i, int count) =>
        [.. Enumerable.Range(0, rows.GetLength(0)).Where(j => j != i).Select(j => (Index: j, Squared: SquaredDistance(rows, i, j)))
            .OrderBy(d => d.Squared).ThenBy(d => d.Index).Take(count)];

    private static double SquaredDistance(double[,] rows, int i, int j)
    {
        var sum = 0.0;
        for (var d = 0; d < rows.GetLength(1); d++)
        {
            var difference = rows[i, d] - rows[j, d];
            sum += difference * difference;
        }
        return sum;
    }
}
