namespace Workbench.Analysis.Maps;

/// <summary>The weighted neighbour graph of UMAP (McInnes, Healy and Melville 2018, algorithms 2 and 3).</summary>
/// <remarks>
/// Of point i with nearest distance ρ, the neighbour at distance d has weight exp(-(d - ρ)/σ), σ such that the weights of its k neighbours sum to
/// log₂ k. An edge's weight is that of either direction holding: w = v + vᵀ - v·vᵀ.
/// </remarks>
internal static class UmapGraph
{
    private const double Tolerance = 1e-7;
    // A neighbourhood of equal distances has no σ of its own: it gets this share of its mean distance, as umap-learn does.
    private const double LeastWidth = 1e-3;

    /// <summary>An undirected edge.</summary>
    internal readonly record struct Edge(int From, int To, double Weight);

    /// <summary>The edges, each once with From &lt; To, in rising order.</summary>
    public static Edge[] Of(double[,] rows, int neighbours, UmapMetric metric, CancellationToken cancellationToken = default)
    {
        var weights = new SortedDictionary<(int, int), (double Up, double Down)>();
        for (var i = 0; i < rows.GetLength(0); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var near = NearestNeighbours.Of(rows, i, neighbours);
            // Of points of length 1, 1 − cos is half the squared distance.
            var row = Row([.. near.Select(n => metric is UmapMetric.Cosine ? n.Squared / 2 : Math.Sqrt(n.Squared))]);
            for (var k = 0; k < near.Length; k++)
            {
                var j = near[k].Index;
                var key = (Math.Min(i, j), Math.Max(i, j));
                var both = weights.GetValueOrDefault(key);
                weights[key] = i < j ? both with { Up = row[k] } : both with { Down = row[k] };
            }
        }
        return [.. weights.Select(w => new Edge(w.Key.Item1, w.Key.Item2, w.Value.Up + w.Value.Down - w.Value.Up * w.Value.Down))];
    }

    /// <summary>Weights of one point's neighbours at rising distances.</summary>
    internal static double[] Row(double[] distances)
    {
        var nearest = distances.FirstOrDefault(d => d > 0);
        var target = Math.Log2(distances.Length);
        var (low, high, width) = (0.0, double.PositiveInfinity, 1.0);
        double Weight(double d) => Math.Exp(-Math.Max(0, d - nearest) / width);
        for (var tries = 0; tries < 64; tries++)
        {
            var sum = distances.Sum(Weight);
            if (Math.Abs(sum - target) < Tolerance) break;
            if (sum > target) high = width;
            else low = width;
            width = double.IsPositiveInfinity(high) ? width * 2 : (low + high) / 2;
        }
        width = Math.Max(width, LeastWidth * distances.Average());
        return width > 0 ? [.. distances.Select(Weight)] : [.. distances.Select(_ => 1.0)];
    }
}
