using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Experiments.Statistics;

public class BootstrapIntervalTests
{
    [Fact]
    public void The_interval_of_many_normal_values_is_close_to_the_textbook_one()
    {
        var values = Normal(400, 11);
        var interval = BootstrapInterval.OfMean(values, new Seed(1), resamples: 1000);
        var half = 1.96 * Math.Sqrt(values.Average(v => v * v) - Math.Pow(values.Average(), 2)) / Math.Sqrt(400);
        Assert.Equal(values.Average(), interval.Mean, 1e-12);
        Assert.InRange((interval.High - interval.Low) / 2, 0.88 * half, 1.12 * half);
        Assert.True(interval.Low < interval.Mean && interval.Mean < interval.High);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        var values = Normal(20, 3);
        Assert.Equal(BootstrapInterval.OfMean(values, new Seed(1)), BootstrapInterval.OfMean(values, new Seed(1)));
        Assert.NotEqual(BootstrapInterval.OfMean(values, new Seed(1)), BootstrapInterval.OfMean(values, new Seed(2)));
    }

    [Fact]
    public void Pairing_removes_what_both_sides_share()
    {
        var shared = Normal(60, 5);
        var small = Normal(60, 6);
        var better = shared.Zip(small, (s, e) => 10 * s + 0.1 * e + 0.2).ToArray();
        var paired = BootstrapInterval.OfPairedDifference(better, [.. shared.Select(s => 10 * s)], new Seed(1));
        Assert.True(paired.ExcludesZero && paired.Low > 0.15 && paired.High < 0.25, paired.ToString());
        Assert.False(BootstrapInterval.OfMean(better, new Seed(1)).ExcludesZero);
    }

    [Fact]
    public void Whole_clusters_are_resampled_so_that_repeats_of_one_identity_do_not_feign_certainty()
    {
        var identities = Normal(8, 9);
        var values = identities.SelectMany(v => Enumerable.Repeat(v, 25)).ToArray();
        var clusters = Enumerable.Range(0, 8).SelectMany(i => Enumerable.Repeat($"id{i}", 25)).ToArray();
        var (naive, clustered) = (BootstrapInterval.OfMean(values, new Seed(1)), BootstrapInterval.OfClusteredMean(values, clusters, new Seed(1)));
        Assert.Equal(naive.Mean, clustered.Mean, 1e-12);
        Assert.InRange((clustered.High - clustered.Low) / (naive.High - naive.Low), 4, 6);
        var difference = BootstrapInterval.OfClusteredPairedDifference([.. values.Select(v => v + 1)], values, clusters, new Seed(1));
        Assert.Equal((1.0, 1.0), (difference.Low, difference.High), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9);
    }

    [Fact]
    public void One_person_alone_has_a_mean_and_no_interval()
    {
        var alone = BootstrapInterval.OfClusteredMean([0.25, 0.75], ["anna", "anna"], new Seed(1));
        Assert.Equal((true, false, "0.500"), (alone.IsPoint, alone.ExcludesZero, alone.ToString()));
        Assert.False(BootstrapInterval.OfClusteredMean([0.25, 0.75], ["anna", "ben"], new Seed(1)).IsPoint);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([], new Seed(1)));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, double.NaN], new Seed(1)));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfPairedDifference([1], [1, 2], new Seed(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapInterval.OfMean([1, 2], new Seed(1), confidence: 1));
    }

    private static double[] Normal(int count, ulong seed)
    {
        using var stream = new Seed(seed).Open();
        using var values = stream.Normal(count);
        return Array.ConvertAll(values.data<float>().ToArray(), v => (double)v);
    }
}
