namespace Workbench.Analysis.Maps;

/// <summary>How near points are to each other in the original space: the joint probabilities p_ij of t-SNE (equations 1 and 2).</summary>
/// <remarks>Row i is a Gaussian about point i whose width gives the wanted perplexity; p_ij is the mean of both directions over N.</remarks>
internal sealed class TSneAffinities
{
    private const double EntropyTolerance = 1e-7;

    private TSneAffinities(int[][] neighbours, double[][] values) => (Neighbours, Values) = (neighbours, values);

    /// <summary>The partners of each point, in rising order.</summary>
    public int[][] Neighbours { get; }

    /// <summary>p_ij for each partner; all together sum to 1.</summary>
    public double[][] Values { get; }

    /// <summary>From points; with <paramref name="nearest"/> below N-1, only that many nearest neighbours count (Barnes-Hut: 3 · perplexity).</summary>
    public static TSneAffinities Of(double[,] rows, double perplexity, int nearest, CancellationToken cancellationToken = default)
    {
        var n = rows.GetLength(0);
        var conditional = new Dictionary<int, double>[n];
        for (var i = 0; i < n; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var distances = NearestNeighbours.Of(rows, i, nearest);
            var probabilities = Row([.. distances.Select(d => d.Squared)], perplexity);
            conditional[i] = distances.Select((d, k) => (d.Index, probabilities[k])).ToDictionary(p => p.Index, p => p.Item2);
        }
        return Symmetric(conditional);
    }

    /// <summary>The Gaussian over squared distances that has the wanted perplexity, found by bisection on its width.</summary>
    internal static double[] Row(double[] squared, double perplexity)
    {
        var (target, low, high, beta) = (Math.Log(perplexity), 0.0, double.PositiveInfinity, 1.0);
        var nearest = squared.Min();
        var spread = squared.Average() - nearest;
        if (spread > 0) beta = 1 / spread;
        var p = new double[squared.Length];
        for (var tries = 0; tries < 200; tries++)
        {
            var (sum, weighted) = (0.0, 0.0);
            for (var j = 0; j < p.Length; j++)
            {
                p[j] = Math.Exp(-beta * (squared[j] - nearest));
                sum += p[j];
                weighted += p[j] * (squared[j] - nearest);
            }
            var entropy = Math.Log(sum) + beta * weighted / sum;
            for (var j = 0; j < p.Length; j++) p[j] /= sum;
            if (Math.Abs(entropy - target) < EntropyTolerance) break;
            if (entropy > target) low = beta;
            else high = beta;
            beta = double.IsPositiveInfinity(high) ? beta * 2 : (low + high) / 2;
        }
        return p;
    }

    private static TSneAffinities Symmetric(Dictionary<int, double>[] conditional)
    {
        var n = conditional.Length;
        var joint = Enumerable.Range(0, n).Select(_ => new SortedDictionary<int, double>()).ToArray();
        for (var i = 0; i < n; i++)
            foreach (var (j, p) in conditional[i])
            {
                joint[i][j] = joint[i].GetValueOrDefault(j) + p / (2 * n);
                joint[j][i] = joint[j].GetValueOrDefault(i) + p / (2 * n);
            }
        return new TSneAffinities([.. joint.Select(row => row.Keys.ToArray())], [.. joint.Select(row => row.Values.ToArray())]);
    }
}
