namespace Workbench.Analysis.Maps;

/// <summary>Truncated singular value decomposition: like principal components, but about the origin, so that a common direction counts too.</summary>
/// <remarks>One of the three maps of the paper's latent-space figure. Of unit vectors, the first direction is near their mean.</remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class TruncatedSvd
{
    /// <summary>Fits the first <paramref name="count"/> directions.</summary>
    /// <param name="rows">[N, D] points.</param>
    /// <param name="count">Directions wanted.</param>
    /// <exception cref="ArgumentException">There are not that many.</exception>
    public static LinearProjection Fit(double[,] rows, int count = 2) => LinearProjection.Fit(rows, new double[rows.GetLength(1)], count);
}
