using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis.Maps;

/// <summary>Tables of points as the maps take them: a row a point, a column a coordinate.</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class EmbeddingRows
{
    /// <summary>Copies a tensor into a table.</summary>
    /// <param name="rows">[N, D], any number type.</param>
    /// <exception cref="ArgumentException">The tensor has another number of dimensions.</exception>
    public static double[,] Of(Tensor rows)
    {
        if (rows.dim() != 2) throw new ArgumentException($"Points come as [N, D], got [{string.Join(", ", rows.shape)}].", nameof(rows));
        var flat = TensorScope.Value(() => rows.detach().to(ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray());
        var table = new double[rows.shape[0], rows.shape[1]];
        Buffer.BlockCopy(flat, 0, table, 0, flat.Length * sizeof(double));
        return table;
    }

    /// <summary>Puts tables of the same width under each other.</summary>
    /// <exception cref="ArgumentException">There is none, or their widths differ.</exception>
    public static double[,] Stack(params IReadOnlyList<double[,]> tables)
    {
        if (tables.Count == 0) throw new ArgumentException("There is no table to stack.", nameof(tables));
        var width = tables[0].GetLength(1);
        if (tables.FirstOrDefault(t => t.GetLength(1) != width) is { } other)
            throw new ArgumentException($"Tables of {width} and {other.GetLength(1)} columns do not fit under each other.", nameof(tables));
        var stacked = new double[tables.Sum(t => t.GetLength(0)), width];
        var at = 0;
        foreach (var table in tables)
        {
            Buffer.BlockCopy(table, 0, stacked, at * sizeof(double), table.Length * sizeof(double));
            at += table.Length;
        }
        return stacked;
    }

    /// <summary>The same rows at length 1; a row of zeros stays.</summary>
    public static double[,] Normalized(double[,] rows)
    {
        var result = (double[,])rows.Clone();
        for (var i = 0; i < rows.GetLength(0); i++)
        {
            var length = 0.0;
            for (var d = 0; d < rows.GetLength(1); d++) length += rows[i, d] * rows[i, d];
            if (length == 0) continue;
            for (var d = 0; d < rows.GetLength(1); d++) result[i, d] /= Math.Sqrt(length);
        }
        return result;
    }
}
