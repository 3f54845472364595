using Workbench.Experiments.Statistics;
using Xunit;

namespace Workbench.Tests.Experiments.Statistics;

public class ScoreAggregationTests
{
    [Theory]
    [InlineData(1, -1)]
    [InlineData(3, 0)]
    [InlineData(5, 1)]
    public void Liqe_maps_its_five_grades_to_minus_one_to_one(double liqe, double expected) => Assert.Equal(expected, ScoreAggregation.NormalizeLiqe(liqe), 12);

    [Fact]
    public void The_weights_are_the_evaluation_s()
    {
        // The clean row of the paper: no reference within the VGG threshold gives -1, so 0.7·0.24 - 0.3 = -0.13.
        Assert.Equal(-0.132, ScoreAggregation.Identity(0.24, -1), 12);
        Assert.Equal(0.25, ScoreAggregation.Quality(3, 0.5), 12);
        Assert.Equal(0.385, ScoreAggregation.Overall(0.256, 0.514), 12);
        Assert.Equal(0.204, ScoreAggregation.Expected(0.385, 0.023), 12);
    }

    [Fact]
    public void Pooling_drops_what_is_not_finite()
    {
        Assert.Equal(2, ScoreAggregation.Pool([1, double.NaN, 3, double.PositiveInfinity, double.NegativeInfinity]));
        Assert.True(double.IsNaN(ScoreAggregation.Pool([double.NaN])));
    }
}
