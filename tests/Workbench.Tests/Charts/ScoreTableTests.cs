using Workbench.Charts;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class ScoreTableTests
{
    private static ScoreTable Table() => new ScoreTable(
            new Score("clean", "identity", 0.6512345, 0.61, 0.69), new Score("clean", "quality", 0.5), new Score("protected", "identity", 0.25, 0.2, 0.3))
        .PaperSays("protected", "identity", 0.31)
        .PaperSays("purified", "identity", 0.58);

    [Fact]
    public void A_row_a_condition_with_the_papers_number_before_ours()
    {
        var frame = Table().ToDataFrame();
        Assert.Equal(["condition", "identity (paper)", "identity (measured)", "quality"], frame.Columns.Select(c => c.Name));
        Assert.Equal(["clean", "", "0.65 [0.61, 0.69]", "0.5"], frame.Rows[0].Select(v => v));
        Assert.Equal(["protected", "0.31", "0.25 [0.20, 0.30]", ""], frame.Rows[1].Select(v => v));
        Assert.Equal(["purified", "0.58", "", ""], frame.Rows[2].Select(v => v));
    }

    [Theory]
    [InlineData(0.1257, -0.006772, 0.274, "0.13 [-0.01, 0.27]")]
    [InlineData(-0.0012, -0.0301, 0.031, "0.00 [-0.03, 0.03]")]
    [InlineData(31.157, 30.62, 31.74, "31.16 [30.62, 31.74]")]
    [InlineData(675.4, 640.2, 700.9, "675 [640, 701]")]
    [InlineData(0.00201, 0.0009, 0.0042, "0.0020 [0.0009, 0.0042]")]
    public void Numbers_are_no_finer_than_their_interval(double mean, double low, double high, string expected) =>
        Assert.Equal(expected, new ScoreTable(new Score("a", "s", mean, low, high)).ToDataFrame()["s"][0]);

    [Fact]
    public void The_long_form_keeps_the_numbers()
    {
        var frame = Table().ToLongDataFrame();
        Assert.Equal(4, frame.Rows.Count);
        Assert.Equal(["clean", "identity", null, 0.6512345, 0.61, 0.69], frame.Rows[0].Select(v => v));
        Assert.Equal(["purified", "identity", 0.58, null, null, null], frame.Rows[3].Select(v => v));
    }

    [Fact]
    public void The_chart_of_a_metric_has_the_measured_conditions()
    {
        var text = Table().ToChart("identity").ToString();
        Assert.Equal("clean: 0.65 [0.61, 0.69]\nprotected: 0.25 [0.20, 0.30]", text);
        Assert.Throws<ArgumentException>(() => Table().ToChart("sharpness"));
    }

    [Fact]
    public void The_bundle_escapes_names_and_a_score_comes_once()
    {
        var table = new ScoreTable(new Score(Samples.Hostile, "m", 1));
        Assert.Contains("&lt;script&gt;", table.ToMimeBundle()["text/html"], StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => table.Add(new Score(Samples.Hostile, "m", 2)));
    }
}
