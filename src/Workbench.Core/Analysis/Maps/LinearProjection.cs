using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis.Maps;

/// <summary>A linear map to few dimensions: subtract the centre, take dot products with orthonormal directions.</summary>
/// <param name="Centre">What is subtracted, length D; zeros for truncated SVD.</param>
/// <param name="Components">[K, D] orthonormal rows, the strongest first; the largest entry of each is positive.</param>
/// <param name="SingularValues">[K] of the fitted (centred) table.</param>
/// <param name="ExplainedShare">[K] share of the table's sum of squares about the centre that each direction holds.</param>
public sealed record LinearProjection(
    IReadOnlyList<double> Centre, double[,] Components, IReadOnlyList<double> SingularValues, IReadOnlyList<double> ExplainedShare)
{
    /// <summary>Coordinates of points, [N, K].</summary>
    /// <param name="rows">[N, D].</param>
    /// <exception cref="ArgumentException">The points have another number of coordinates.</exception>
    public double[,] Project(double[,] rows)
    {
        var (n, width, count) = (rows.GetLength(0), Centre.Count, Components.GetLength(0));
        if (rows.GetLength(1) != width) throw new ArgumentException($"This map takes points of {width} coordinates, got {rows.GetLength(1)}.", nameof(rows));
        var result = new double[n, count];
        for (var i = 0; i < n; i++)
            for (var k = 0; k < count; k++)
                for (var d = 0; d < width; d++) result[i, k] += (rows[i, d] - Centre[d]) * Components[k, d];
        return result;
    }

    /// <summary>Singular vectors of the table less <paramref name="centre"/>.</summary>
    internal static LinearProjection Fit(double[,] rows, double[] centre, int count)
    {
        var (n, width) = (rows.GetLength(0), rows.GetLength(1));
        if (count < 1 || count > Math.Min(n, width))
            throw new ArgumentException($"{n} points of {width} coordinates have at most {Math.Min(n, width)} directions, asked for {count}.", nameof(count));
        var (values, directions) = TensorScope.Value(() =>
        {
            var (_, s, vt) = linalg.svd(tensor(rows, ScalarType.Float64) - tensor(centre, ScalarType.Float64), fullMatrices: false);
            return (s.data<double>().ToArray(), EmbeddingRows.Of(vt.narrow(0, 0, count)));
        });
        for (var k = 0; k < count; k++) MakeLargestPositive(directions, k);
        var total = Math.Max(values.Sum(v => v * v), double.Epsilon);
        return new LinearProjection(centre, directions, values[..count], [.. values.Take(count).Select(v => v * v / total)]);
    }

    // A singular vector is known up to its sign; fixing it keeps maps the same on every machine.
    private static void MakeLargestPositive(double[,] directions, int k)
    {
        var largest = 0.0;
        for (var d = 0; d < directions.GetLength(1); d++)
            if (Math.Abs(directions[k, d]) > Math.Abs(largest)) largest = directions[k, d];
        if (largest >= 0) return;
        for (var d = 0; d < directions.GetLength(1); d++) directions[k, d] = -directions[k, d];
    }
}
