using TorchSharp;
using Workbench.Analysis.Maps;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Analysis.Maps;

public sealed class TSneTests
{
    private const int EachCluster = MapPoints.EachCluster;

    [Fact]
    public void Every_row_of_affinities_has_the_wanted_perplexity()
    {
        var squared = Enumerable.Range(1, 50).Select(i => 0.3 * i * i).ToArray();
        foreach (var perplexity in new[] { 2.0, 10, 30 })
        {
            var row = TSneAffinities.Row(squared, perplexity);
            Assert.Equal(1, row.Sum(), 12);
            Assert.Equal(perplexity, Math.Exp(-row.Where(p => p > 0).Sum(p => p * Math.Log(p))), 1e-4);
        }
    }

    [Fact]
    public void Affinities_are_symmetric_and_sum_to_one_with_all_pairs_and_with_few_neighbours()
    {
        foreach (var nearest in new[] { 3 * EachCluster - 1, 9 })
        {
            var affinities = TSneAffinities.Of(MapPoints.Clusters(), 5, nearest);
            Assert.Equal(1, affinities.Values.Sum(row => row.Sum()), 10);
            for (var i = 0; i < affinities.Neighbours.Length; i++)
                for (var k = 0; k < affinities.Neighbours[i].Length; k++)
                {
                    var j = affinities.Neighbours[i][k];
                    Assert.Equal(affinities.Values[i][k], affinities.Values[j][Array.IndexOf(affinities.Neighbours[j], i)], 15);
                }
        }
    }

    [Fact]
    public void The_gradient_agrees_with_finite_differences_of_the_divergence()
    {
        var objective = new TSneObjective(TSneAffinities.Of(MapPoints.Clusters(), 8, 3 * EachCluster - 1), 0);
        var places = Places(3 * EachCluster, 1);
        double[] gradient = new double[places.Length], unused = new double[places.Length];
        objective.Evaluate(places, 1, gradient);
        const double step = 1e-5;
        for (var k = 0; k < places.Length; k += 7)
        {
            var here = places[k];
            places[k] = here + step;
            var above = objective.Evaluate(places, 1, unused);
            places[k] = here - step;
            var below = objective.Evaluate(places, 1, unused);
            places[k] = here;
            Assert.Equal((above - below) / (2 * step), gradient[k], 1e-8);
        }
    }

    [Fact]
    public void Barnes_hut_opens_every_cell_at_no_angle_and_is_near_at_its_usual_one()
    {
        var places = Places(400, 6);
        double[] exact = new double[places.Length], opened = new double[places.Length], usual = new double[places.Length];
        var total = 0.0;
        for (var i = 0; i < 400; i++)
            for (var j = 0; j < 400; j++)
            {
                if (i == j) continue;
                double dx = places[2 * i] - places[2 * j], dy = places[2 * i + 1] - places[2 * j + 1];
                var weight = 1 / (1 + dx * dx + dy * dy);
                total += weight;
                exact[2 * i] += weight * weight * dx;
                exact[2 * i + 1] += weight * weight * dy;
            }
        var tree = new QuadTree(places);
        Assert.Equal(total, tree.Repel(1e-9, opened), total * 1e-9);
        for (var k = 0; k < exact.Length; k++) Assert.Equal(exact[k], opened[k], 1e-9);
        Assert.Equal(total, tree.Repel(0.5, usual), total * 0.01);
        var error = Math.Sqrt(exact.Zip(usual, (a, b) => (a - b) * (a - b)).Sum() / exact.Sum(a => a * a));
        Assert.True(error < 0.03, $"relative error {error}");
    }

    [Fact]
    public void The_quadtree_bears_points_in_one_place()
    {
        var places = new double[] { 1, 1, 1, 1, 1, 1, 4, 5 };
        var repulsion = new double[8];
        // Three ordered pairs each way among the equal points, and three to the far one.
        Assert.Equal(6 + 6.0 / 26, new QuadTree(places).Repel(0.5, repulsion), 1e-9);
        Assert.Equal(3 * 3.0 / (26 * 26), repulsion[6], 1e-12);
    }

    [Theory]
    [InlineData(1000, TSneStart.PrincipalComponents)]
    [InlineData(1000, TSneStart.Random)]
    [InlineData(10, TSneStart.PrincipalComponents)]
    public void Separate_clusters_stay_separate(int exactUpTo, TSneStart start)
    {
        var map = TSne.Fit(MapPoints.Clusters(), new TSneOptions { Perplexity = 8, Iterations = 500, ExactUpTo = exactUpTo, Start = start }, new Seed(1));
        for (var i = 0; i < map.X.Count; i++)
        {
            var nearest = Enumerable.Range(0, map.X.Count).Where(j => j != i).MinBy(j => Math.Pow(map.X[i] - map.X[j], 2) + Math.Pow(map.Y[i] - map.Y[j], 2));
            Assert.Equal(i / EachCluster, nearest / EachCluster);
        }
        // A map of three far clusters keeps far less divergence than their start, where all points lie together.
        Assert.InRange(map.Divergence, 0, 0.6);
    }

    [Fact]
    public void Barnes_hut_gives_about_the_divergence_and_gradient_of_all_pairs()
    {
        // At a finished map, where a step's direction matters most for what the map looks like.
        var map = TSne.Fit(MapPoints.Clusters(), new TSneOptions { Perplexity = 8, Iterations = 300 });
        var places = map.X.Zip(map.Y).SelectMany(p => new[] { p.First + 0.5 * p.Second, p.Second }).ToArray();
        double[] exact = new double[places.Length], tree = new double[places.Length];
        var divergence = new TSneObjective(TSneAffinities.Of(MapPoints.Clusters(), 8, 3 * EachCluster - 1), 0).Evaluate(places, 1, exact);
        Assert.Equal(divergence, new TSneObjective(TSneAffinities.Of(MapPoints.Clusters(), 8, 24), 0.5).Evaluate(places, 1, tree), 0.02 * divergence);
        var (length, lengths) = (exact.Zip(tree, (a, b) => a * b).Sum(), Math.Sqrt(exact.Sum(a => a * a) * tree.Sum(b => b * b)));
        Assert.True(length / lengths > 0.98, $"cosine of the gradients: {length / lengths}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_map_and_another_seed_another()
    {
        var options = new TSneOptions { Iterations = 50, Start = TSneStart.Random };
        Assert.Equal(TSne.Fit(MapPoints.Clusters(), options, new Seed(4)).X, TSne.Fit(MapPoints.Clusters(), options, new Seed(4)).X);
        Assert.NotEqual(TSne.Fit(MapPoints.Clusters(), options, new Seed(4)).X, TSne.Fit(MapPoints.Clusters(), options, new Seed(5)).X);
    }

    [Fact]
    public void Few_points_lower_the_perplexity_and_too_few_are_refused()
    {
        Assert.Equal(3, TSne.Fit(EmbeddingRows.Stack(new double[5, 3], new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 1, 0 }, { 0, 1, 1 } }),
            new TSneOptions { Iterations = 20 }).Perplexity, 9);
        Assert.Throws<ArgumentException>(() => TSne.Fit(new double[3, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TSne.Fit(MapPoints.Clusters(), new TSneOptions { Theta = 2 }));
    }

    [Fact]
    public void A_place_takes_the_class_of_most_of_its_nearest_points()
    {
        var vote = new NearestVote([0, 1, 2, 10, 11, 12], [0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0], 3);
        Assert.Equal(0, vote.At(0.5, 0));
        Assert.Equal(1, vote.At(10.5, 0));
        Assert.Equal(0, new NearestVote([0, 1], [0, 0], [0, 1], 2).At(0.1, 0));
    }

    private static double[] Places(int count, double spread)
    {
        using var scope = torch.NewDisposeScope();
        using var draws = new Seed(9).Open();
        return [.. draws.Normal(2 * count).data<float>().Select(v => spread * v)];
    }
}
