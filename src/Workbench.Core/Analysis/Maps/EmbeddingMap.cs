using System.Globalization;
using Workbench.Tensors;

namespace Workbench.Analysis.Maps;

/// <summary>Embeddings in the plane, by one of four methods.</summary>
/// <param name="Method">Name and quality of the map, for titles.</param>
/// <param name="X">Horizontal places.</param>
/// <param name="Y">Vertical places.</param>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record EmbeddingMap(string Method, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The first two principal components of the rows at length 1.</summary>
    /// <param name="rows">[N, D] embeddings.</param>
    public static EmbeddingMap Pca(double[,] rows) => Linear("PCA", rows, normalized => PrincipalComponents.Fit(normalized));

    /// <summary>The first two singular directions of the rows at length 1, without centring.</summary>
    /// <param name="rows">[N, D] embeddings.</param>
    public static EmbeddingMap Svd(double[,] rows) => Linear("truncated SVD", rows, normalized => TruncatedSvd.Fit(normalized));

    /// <summary>t-SNE of the rows at length 1.</summary>
    /// <param name="rows">[N, D] embeddings.</param>
    /// <param name="seed">Of the start.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Hears of every tenth step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static EmbeddingMap TSne(
        double[,] rows, Seed seed, TSneOptions? options = null, IProgress<TSneProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var map = Maps.TSne.Fit(EmbeddingRows.Normalized(rows), options, seed, progress, cancellationToken);
        return new EmbeddingMap(string.Create(CultureInfo.InvariantCulture, $"t-SNE, perplexity {map.Perplexity:0}, divergence {map.Divergence:0.00}"), map.X, map.Y);
    }

    /// <summary>UMAP of the rows by their cosines.</summary>
    /// <param name="rows">[N, D] embeddings.</param>
    /// <param name="seed">Of the start and of the points that are pushed.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Hears the share that is done.</param>
    /// <param name="cancellationToken">Stops between two passes.</param>
    public static EmbeddingMap Umap(
        double[,] rows, Seed seed, UmapOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options = (options ?? UmapOptions.Default) with { Metric = UmapMetric.Cosine };
        var (x, y) = Maps.Umap.Fit(EmbeddingRows.Normalized(rows), options, seed, progress, cancellationToken);
        return new EmbeddingMap(string.Create(CultureInfo.InvariantCulture, $"UMAP, {Math.Min(options.Neighbours, x.Count - 1)} neighbours"), x, y);
    }

    private static EmbeddingMap Linear(string name, double[,] rows, Func<double[,], LinearProjection> fit)
    {
        var normalized = EmbeddingRows.Normalized(rows);
        var projection = fit(normalized);
        var places = projection.Project(normalized);
        var share = projection.ExplainedShare.Sum();
        return new EmbeddingMap(string.Create(CultureInfo.InvariantCulture, $"{name}, {share:P0} of the spread"),
            [.. Enumerable.Range(0, places.GetLength(0)).Select(i => places[i, 0])], [.. Enumerable.Range(0, places.GetLength(0)).Select(i => places[i, 1])]);
    }
}
