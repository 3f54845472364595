using TorchSharp;
using Workbench.Analysis.Maps;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Analysis.Maps;

public sealed class LinearProjectionTests
{
    [Fact]
    public void Principal_components_of_an_ellipse_are_its_axes()
    {
        // Points on the axes of an ellipse about (5, -2), turned by 30 degrees: half axes 3 and 1.
        var (c, s) = (Math.Cos(Math.PI / 6), Math.Sin(Math.PI / 6));
        var rows = new double[4, 2];
        double[][] axes = [[3, 0], [-3, 0], [0, 1], [0, -1]];
        for (var i = 0; i < 4; i++) (rows[i, 0], rows[i, 1]) = (5 + c * axes[i][0] - s * axes[i][1], -2 + s * axes[i][0] + c * axes[i][1]);
        var pca = PrincipalComponents.Fit(rows);
        Assert.Equal(c, pca.Components[0, 0], 12);
        Assert.Equal(s, pca.Components[0, 1], 12);
        Assert.Equal(0.9, pca.ExplainedShare[0], 12);
        Assert.Equal(5, pca.Centre[0], 12);
        Assert.Equal(3, pca.Project(rows)[0, 0], 12);
        Assert.Equal(0, pca.Project(rows)[0, 1], 12);
    }

    [Fact]
    public void Truncated_svd_keeps_the_mean_and_rebuilds_a_table_of_low_rank()
    {
        var rows = new double[,] { { 1, 2, 3 }, { 2, 4, 6 }, { 0, 1, 0 }, { 1, 3, 3 } };
        var svd = TruncatedSvd.Fit(rows, 2);
        var places = svd.Project(rows);
        for (var i = 0; i < 4; i++)
            for (var d = 0; d < 3; d++)
                Assert.Equal(rows[i, d], places[i, 0] * svd.Components[0, d] + places[i, 1] * svd.Components[1, d], 10);
        Assert.All(svd.Centre, centre => Assert.Equal(0, centre));
        Assert.Equal(1, svd.ExplainedShare.Sum(), 10);
    }

    [Fact]
    public void Components_are_orthonormal_with_their_largest_entry_positive()
    {
        using var scope = torch.NewDisposeScope();
        using var draws = new Seed(3).Open();
        var pca = PrincipalComponents.Fit(EmbeddingRows.Of(draws.Normal(40, 7)), 3);
        for (var a = 0; a < 3; a++)
        {
            var row = Enumerable.Range(0, 7).Select(d => pca.Components[a, d]).ToArray();
            Assert.True(row.MaxBy(Math.Abs) > 0);
            for (var b = 0; b < 3; b++) Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, 7).Sum(d => row[d] * pca.Components[b, d]), 10);
        }
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(new double[3, 2], 3));
        Assert.Throws<ArgumentException>(() => pca.Project(new double[1, 6]));
    }
}
