namespace Workbench.Analysis.Maps;

/// <summary>Principal component analysis (Pearson 1901): the directions in which points vary most about their mean.</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class PrincipalComponents
{
    /// <summary>Fits the first <paramref name="count"/> components.</summary>
    /// <param name="rows">[N, D] points.</param>
    /// <param name="count">Directions wanted.</param>
    /// <exception cref="ArgumentException">There are not that many.</exception>
    public static LinearProjection Fit(double[,] rows, int count = 2)
    {
        var mean = new double[rows.GetLength(1)];
        for (var i = 0; i < rows.GetLength(0); i++)
            for (var d = 0; d < mean.Length; d++) mean[d] += rows[i, d] / rows.GetLength(0);
        return LinearProjection.Fit(rows, mean, count);
    }
}
