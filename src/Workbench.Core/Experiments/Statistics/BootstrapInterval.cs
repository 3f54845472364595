using Workbench.Tensors;

namespace Workbench.Experiments.Statistics;

/// <summary>A mean with its percentile bootstrap interval (Efron 1979): resample with replacement, take the middle share of the means.</summary>
/// <param name="Mean">Mean of the values as they are.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Confidence">Share of resampled means between the ends, for example 0.95.</param>
/// <param name="Resamples">How often was resampled; 0 where there was one unit only, which tells nothing of others: then both ends are the mean.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record BootstrapInterval(double Mean, double Low, double High, double Confidence, int Resamples)
{
    /// <summary>Resamples that suffice for a 95 % interval to two digits.</summary>
    public const int DefaultResamples = 2000;

    /// <summary>True where there is no interval, for the values are of one unit (one person).</summary>
    public bool IsPoint => Resamples == 0;

    /// <summary>True when zero lies outside: for a paired difference, the sides differ. False for a point.</summary>
    public bool ExcludesZero => !IsPoint && (Low > 0 || High < 0);

    /// <summary>Interval of the mean of independent values.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <param name="seed">Fixes the resamples.</param>
    /// <param name="confidence">In (0,1).</param>
    /// <param name="resamples">At least 1.</param>
    public static BootstrapInterval OfMean(IReadOnlyList<double> values, Seed seed, double confidence = 0.95, int resamples = DefaultResamples) =>
        OfClusters([.. values.Select(v => (v, 1))], seed, confidence, resamples);

    /// <summary>Interval of the mean of a[i] - b[i].</summary>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static BootstrapInterval OfPairedDifference(IReadOnlyList<double> a, IReadOnlyList<double> b, Seed seed, double confidence = 0.95, int resamples = DefaultResamples) =>
        OfMean(Differences(a, b), seed, confidence, resamples);

    /// <summary>Interval of the mean when values of one cluster (one identity) belong together: whole clusters are resampled.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <param name="clusters">The cluster of each value.</param>
    /// <param name="seed">Fixes the resamples.</param>
    /// <param name="confidence">In (0,1).</param>
    /// <param name="resamples">At least 1.</param>
    public static BootstrapInterval OfClusteredMean(IReadOnlyList<double> values, IReadOnlyList<string> clusters, Seed seed, double confidence = 0.95, int resamples = DefaultResamples)
    {
        if (values.Count != clusters.Count) throw new ArgumentException($"{values.Count} values need {values.Count} cluster names, got {clusters.Count}.", nameof(clusters));
        var sums = values.Zip(clusters).GroupBy(pair => pair.Second, StringComparer.Ordinal).Select(group => (group.Sum(pair => pair.First), group.Count()));
        return OfClusters([.. sums], seed, confidence, resamples);
    }

    /// <summary>Interval of the mean of a[i] - b[i] with whole clusters resampled.</summary>
    public static BootstrapInterval OfClusteredPairedDifference(
        IReadOnlyList<double> a, IReadOnlyList<double> b, IReadOnlyList<string> clusters, Seed seed, double confidence = 0.95, int resamples = DefaultResamples) =>
        OfClusteredMean(Differences(a, b), clusters, seed, confidence, resamples);

    /// <inheritdoc/>
    public override string ToString() => IsPoint ? $"{Mean:0.000}" : $"{Mean:0.000} [{Low:0.000}, {High:0.000}]";

    private static BootstrapInterval OfClusters((double Sum, int Count)[] clusters, Seed seed, double confidence, int resamples)
    {
        if (clusters.Length == 0) throw new ArgumentException("A bootstrap interval needs at least one value.");
        if (clusters.Any(c => !double.IsFinite(c.Sum))) throw new ArgumentException("A bootstrap interval needs finite values: remove NaN and infinities first.");
        if (confidence is <= 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected a share between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var mean = clusters.Sum(c => c.Sum) / clusters.Sum(c => c.Count);
        if (clusters.Length == 1) return new BootstrapInterval(mean, mean, mean, confidence, Resamples: 0);
        using var stream = seed.For("bootstrap").Open();
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            using var drawn = stream.Integers(0, clusters.Length, clusters.Length);
            var (sum, count) = (0.0, 0);
            foreach (var index in drawn.data<long>())
            {
                sum += clusters[index].Sum;
                count += clusters[index].Count;
            }
            means[r] = sum / count;
        }
        Array.Sort(means);
        return new BootstrapInterval(mean, Quantile(means, (1 - confidence) / 2), Quantile(means, (1 + confidence) / 2), confidence, resamples);
    }

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var (below, above) = ((int)Math.Floor(at), (int)Math.Ceiling(at));
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static double[] Differences(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Count == b.Count ? [.. a.Zip(b, (x, y) => x - y)]
        : throw new ArgumentException($"Paired values need equal counts: got {a.Count} and {b.Count}.", nameof(b));
}
