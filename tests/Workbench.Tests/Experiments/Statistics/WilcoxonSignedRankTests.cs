using CsCheck;
using Workbench.Experiments.Statistics;
using Xunit;

namespace Workbench.Tests.Experiments.Statistics;

public class WilcoxonSignedRankTests
{
    // Darwin's self- and cross-fertilised maize (Fisher 1935), differences in eighths of an inch.
    private static readonly double[] Maize = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];

    [Fact]
    public void Darwin_s_maize_gives_the_published_sums_and_p_values()
    {
        var test = WilcoxonSignedRank.Test(Maize);
        Assert.Equal((24.0, 96.0, 15, true), (test.Statistic, test.RankSumPlus, test.Pairs, test.Exact));
        Assert.Equal(0.041259765625, test.PValue, 12);
        Assert.Equal(0.0206298828125, WilcoxonSignedRank.Test(Maize, Alternative.Greater).PValue, 12);
    }

    [Fact]
    public void Hollander_and_Wolfe_s_depression_scores_give_the_published_p_value()
    {
        double[] first = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        double[] second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        var test = WilcoxonSignedRank.Test(first, second, Alternative.Greater);
        Assert.Equal(40, test.RankSumPlus);
        Assert.Equal(0.01953125, test.PValue, 12);
        Assert.Equal(test.PValue, WilcoxonSignedRank.Test(second, first, Alternative.Less).PValue, 12);
    }

    [Theory]
    [InlineData(6, 0, 0.03125)]
    [InlineData(10, 8, 0.048828125)]
    [InlineData(10, 3, 0.009765625)]
    public void Critical_values_of_the_tables_hold(int pairs, int statistic, double p)
    {
        // Negative signs on ranks that sum to the statistic.
        var remaining = statistic;
        var differences = Enumerable.Range(1, pairs).Reverse().Select(rank =>
        {
            if (rank > remaining) return (double)rank;
            remaining -= rank;
            return -rank;
        }).ToArray();
        var test = WilcoxonSignedRank.Test(differences);
        Assert.Equal(statistic, test.Statistic);
        Assert.Equal(p, test.PValue, 12);
    }

    [Fact]
    public void Ties_share_ranks_and_zeros_are_left_out()
    {
        var test = WilcoxonSignedRank.Test([0, 1, -1, 2, 0]);
        Assert.Equal((3, 4.5, 1.5), (test.Pairs, test.RankSumPlus, test.RankSumMinus));
        // Sums at least 4.5 of ranks 1.5, 1.5, 3: {3, 1.5} twice and all three, of 8 patterns.
        Assert.Equal(6.0 / 8, test.PValue, 12);
        Assert.Equal(1, WilcoxonSignedRank.Test([0, 0]).PValue);
    }

    [Fact]
    public void Many_pairs_use_the_normal_approximation_near_the_exact_value()
    {
        var fifty = Enumerable.Range(1, 50).Select(i => i % 3 == 0 ? -(double)i : i).ToArray();
        var one = WilcoxonSignedRank.Test(fifty);
        var two = WilcoxonSignedRank.Test([.. fifty, 0.5]);
        Assert.True(one.Exact && !two.Exact);
        Assert.Equal(one.PValue, two.PValue, 2e-3);
        // 60 pairs of size one, 40 up: mean rank 30.5, z = (1220 - 915) / sqrt((60·61·121 - (60³-60)/2) / 24) = 2.582.
        var tied = WilcoxonSignedRank.Test(Enumerable.Range(0, 60).Select(i => i < 40 ? 1.0 : -1).ToArray());
        Assert.Equal(0.009823, tied.PValue, 1e-5);
    }

    [Fact]
    public void Two_sided_p_is_symmetric_and_one_sided_tails_overlap_in_the_observed_sum() =>
        Gen.Double[-10, 10].Array[1, 12].Sample(differences =>
        {
            var flipped = WilcoxonSignedRank.Test([.. differences.Select(d => -d)]);
            var test = WilcoxonSignedRank.Test(differences);
            return Math.Abs(test.PValue - flipped.PValue) < 1e-12 && test.PValue is > 0 and <= 1
                && WilcoxonSignedRank.Test(differences, Alternative.Greater).PValue + WilcoxonSignedRank.Test(differences, Alternative.Less).PValue >= 1 - 1e-12;
        });

    [Fact]
    public void A_p_value_of_many_pairs_that_agree_is_small_and_not_zero() =>
        Assert.InRange(WilcoxonSignedRank.Test([.. Enumerable.Range(1, 128).Select(i => (double)i)]).PValue, 1e-24, 1e-20);

    [Fact]
    public void Unequal_counts_and_NaN_are_refused()
    {
        Assert.Throws<ArgumentException>(() => WilcoxonSignedRank.Test([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => WilcoxonSignedRank.Test([1, double.NaN]));
    }
}
