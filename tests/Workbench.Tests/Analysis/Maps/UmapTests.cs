using Workbench.Analysis.Maps;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Analysis.Maps;

public sealed class UmapTests
{
    [Theory]
    [InlineData(0.1, 1.0, 1.577, 0.895)] // umap-learn's values at its defaults
    [InlineData(0.001, 1.0, 1.929, 0.792)]
    public void The_curve_has_the_known_parameters(double minDistance, double spread, double a, double b)
    {
        var curve = Umap.Curve(new UmapOptions { MinDistance = minDistance, Spread = spread });
        Assert.Equal(a, curve.A, 0.005);
        Assert.Equal(b, curve.B, 0.005);
    }

    [Fact]
    public void The_weights_of_a_neighbourhood_sum_to_the_logarithm_of_its_size_and_the_nearest_has_one()
    {
        double[] distances = [0.5, 0.7, 0.8, 1.4, 2, 2.1, 3, 8];
        var row = UmapGraph.Row(distances);
        Assert.Equal(1, row[0]);
        Assert.Equal(3, row.Sum(), 5);
        Assert.Equal(row.OrderDescending(), row);
        // In other units the neighbourhood is the same.
        Assert.Equal(row, UmapGraph.Row([.. distances.Select(d => 1000 * d)]), (x, y) => Math.Abs(x - y) < 1e-5);
    }

    [Fact]
    public void Equal_points_and_equal_distances_are_borne()
    {
        Assert.All(UmapGraph.Row([0, 0, 0]), w => Assert.Equal(1, w));
        Assert.All(UmapGraph.Row([2, 2, 2]), w => Assert.Equal(1, w));
        var (x, y) = Umap.Fit(new double[6, 3], new UmapOptions { Epochs = 5 });
        Assert.All(x.Concat(y), v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void An_edge_holds_when_either_direction_does()
    {
        // 0 and 1 are each other's nearest (weight 1 both ways); 2 has 1 as its nearest, 1 has not 2.
        var edges = UmapGraph.Of(new double[,] { { 0, 0 }, { 1, 0 }, { 3, 0 }, { 30, 0 }, { 31, 0 }, { 33, 0 } }, 2, UmapMetric.Euclidean);
        Assert.Equal(1, edges.Single(e => (e.From, e.To) == (0, 1)).Weight);
        var back = UmapGraph.Row([1, 2])[1];
        Assert.Equal(1 + back - 1 * back, edges.Single(e => (e.From, e.To) == (1, 2)).Weight, 12);
        Assert.DoesNotContain(edges, e => e.From < 3 && e.To >= 3);
    }

    [Fact]
    public void By_the_cosine_distances_are_those_of_directions()
    {
        double[] angles = [0, 0.1, 0.3, 0.6, 1.5];
        var rows = new double[angles.Length, 2];
        foreach (var (i, angle) in angles.Index()) (rows[i, 0], rows[i, 1]) = (Math.Cos(angle), Math.Sin(angle));
        var row = UmapGraph.Row([.. angles.Skip(1).Select(a => 1 - Math.Cos(a))]);
        // The last point is nobody's near neighbour, so the edges from the first to it have one direction only.
        var cosine = UmapGraph.Of(rows, 4, UmapMetric.Cosine);
        var back = UmapGraph.Row([.. angles.SkipLast(1).Reverse().Select(a => 1 - Math.Cos(1.5 - a))]);
        var (up, down) = (row[^1], back[^1]);
        Assert.Equal(up + down - up * down, cosine.Single(e => (e.From, e.To) == (0, 4)).Weight, 9);
        Assert.NotEqual(cosine, UmapGraph.Of(rows, 4, UmapMetric.Euclidean));
    }

    [Fact]
    public void Separate_clusters_stay_separate()
    {
        var (x, y) = Umap.Fit(MapPoints.Clusters(), new UmapOptions { Neighbours = 8, Epochs = 200 }, new Seed(1));
        for (var i = 0; i < x.Count; i++)
        {
            var nearest = Enumerable.Range(0, x.Count).Where(j => j != i).MinBy(j => Math.Pow(x[i] - x[j], 2) + Math.Pow(y[i] - y[j], 2));
            Assert.Equal(i / MapPoints.EachCluster, nearest / MapPoints.EachCluster);
        }
    }

    [Fact]
    public void A_ring_in_many_dimensions_stays_a_ring()
    {
        const int count = 60;
        var rows = new double[count, 5];
        for (var i = 0; i < count; i++)
            (rows[i, 1], rows[i, 3]) = (Math.Cos(2 * Math.PI * i / count), Math.Sin(2 * Math.PI * i / count));
        var (x, y) = Umap.Fit(rows, new UmapOptions { Neighbours = 6 }, new Seed(3));
        double Distance(int i, int j) => Math.Sqrt(Math.Pow(x[i] - x[j], 2) + Math.Pow(y[i] - y[j], 2));
        var across = Enumerable.Range(0, count).Average(i => Distance(i, (i + count / 2) % count));
        Assert.All(Enumerable.Range(0, count), i => Assert.True(Distance(i, (i + 1) % count) < across / 4, $"torn at {i}"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_map_and_another_seed_another()
    {
        var options = new UmapOptions { Epochs = 20 };
        Assert.Equal(Umap.Fit(MapPoints.Clusters(), options, new Seed(4)).X, Umap.Fit(MapPoints.Clusters(), options, new Seed(4)).X);
        Assert.NotEqual(Umap.Fit(MapPoints.Clusters(), options, new Seed(4)).X, Umap.Fit(MapPoints.Clusters(), options, new Seed(5)).X);
    }

    [Fact]
    public void Too_few_points_bad_settings_and_cancellation_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Umap.Fit(new double[3, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Umap.Fit(MapPoints.Clusters(), new UmapOptions { Neighbours = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Umap.Fit(MapPoints.Clusters(), new UmapOptions { MinDistance = 2 }));
        Assert.Throws<OperationCanceledException>(() => Umap.Fit(MapPoints.Clusters(), cancellationToken: new CancellationToken(true)));
    }
}
