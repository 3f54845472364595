using MathNet.Numerics.Distributions;

namespace Workbench.Experiments.Statistics;

/// <summary>Wilcoxon's signed-rank test for paired values (Wilcoxon 1945): are the differences a - b symmetric about zero?</summary>
/// <param name="RankSumPlus">Sum of the ranks of positive differences.</param>
/// <param name="RankSumMinus">Sum of the ranks of negative differences.</param>
/// <param name="PValue">Probability of so extreme a sum if the hypothesis of no difference holds.</param>
/// <param name="Pairs">Pairs that differ; equal pairs are left out.</param>
/// <param name="Exact">True when all signs were counted, false for the normal approximation.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record WilcoxonSignedRank(double RankSumPlus, double RankSumMinus, double PValue, int Pairs, bool Exact)
{
    /// <summary>Up to so many differing pairs the distribution is counted exactly, with ties too.</summary>
    public const int LargestExact = 50;

    /// <summary>The statistic of most tables: the smaller of the two rank sums.</summary>
    public double Statistic => Math.Min(RankSumPlus, RankSumMinus);

    /// <summary>Tests paired values.</summary>
    /// <param name="a">First value of each pair.</param>
    /// <param name="b">Second value of each pair.</param>
    /// <param name="alternative">What is asked about a - b.</param>
    /// <exception cref="ArgumentException">The lists differ in length or hold values that are not finite.</exception>
    public static WilcoxonSignedRank Test(IReadOnlyList<double> a, IReadOnlyList<double> b, Alternative alternative = Alternative.TwoSided) => a.Count == b.Count
        ? Test([.. a.Zip(b, (x, y) => x - y)], alternative)
        : throw new ArgumentException($"Paired values need equal counts: got {a.Count} and {b.Count}.", nameof(b));

    /// <summary>Tests differences. Without any that differs from zero the p-value is 1.</summary>
    /// <param name="differences">Finite; zeros are left out. Tied sizes share their mean rank.</param>
    /// <param name="alternative">What is asked.</param>
    public static WilcoxonSignedRank Test(IReadOnlyList<double> differences, Alternative alternative = Alternative.TwoSided)
    {
        if (differences.Any(d => !double.IsFinite(d))) throw new ArgumentException("The differences hold NaN or infinities: remove those pairs first.", nameof(differences));
        var sorted = differences.Where(d => d != 0).OrderBy(Math.Abs).ToArray();
        var (doubledRanks, ties) = Rank(sorted);
        // Ranks are doubled so that shared ranks are whole numbers.
        var (plus, all) = (sorted.Select((d, i) => d > 0 ? doubledRanks[i] : 0).Sum(), doubledRanks.Sum());
        var exact = sorted.Length <= LargestExact;
        var upper = exact ? UpperTail(doubledRanks, plus) : NormalTail(plus / 2.0, sorted.Length, ties);
        var lower = exact ? UpperTail(doubledRanks, all - plus) : NormalTail((all - plus) / 2.0, sorted.Length, ties);
        var p = alternative switch
        {
            Alternative.Greater => upper,
            Alternative.Less => lower,
            _ => Math.Min(1, 2 * Math.Min(upper, lower)),
        };
        return new WilcoxonSignedRank(plus / 2.0, (all - plus) / 2.0, p, sorted.Length, exact);
    }

    private static (int[] DoubledRanks, double TieSum) Rank(double[] sorted)
    {
        var ranks = new int[sorted.Length];
        var tieSum = 0.0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && Math.Abs(sorted[end]) == Math.Abs(sorted[start])) end++;
            // Ranks start+1 … end share their mean.
            Array.Fill(ranks, start + 1 + end, start, end - start);
            var tied = (double)(end - start);
            tieSum += tied * tied * tied - tied;
        }
        return (ranks, tieSum);
    }

    // Share of the 2^n sign patterns whose positive ranks sum to at least the given value.
    private static double UpperTail(int[] doubledRanks, int atLeast)
    {
        var patterns = new double[doubledRanks.Sum() + 1];
        patterns[0] = 1;
        var reached = 0;
        foreach (var rank in doubledRanks)
        {
            reached += rank;
            for (var sum = reached; sum >= rank; sum--) patterns[sum] += patterns[sum - rank];
        }
        return patterns.Skip(atLeast).Sum() / Math.Pow(2, doubledRanks.Length);
    }

    // Mean n(n+1)/4 and variance (n(n+1)(2n+1) - Σ(t³-t)/2) / 24, without continuity correction.
    private static double NormalTail(double rankSum, double n, double ties)
    {
        var deviation = Math.Sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
        return deviation > 0 ? Normal.CDF(0, 1, (n * (n + 1) / 4 - rankSum) / deviation) : 1;
    }
}
