using System.Text.Json.Nodes;
using Workbench.Charts;
using Workbench.Experiments;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class ShortcutChartsTests
{
    [Fact]
    public void Panels_of_the_fitting_order_share_one_range_that_holds_every_band()
    {
        ShortcutRow Row(string training, string condition, double x, params double[] values) => new(ShortcutExperiment.Fitting, training, condition, "loss", x, 0, values);
        var report = new ShortcutReport([
            Row(ShortcutStudy.Clean, "identity", 0, 0, 0), Row(ShortcutStudy.Clean, "identity", 1, 1, 3), Row(ShortcutStudy.Clean, "noise", 0, 0, 0), Row(ShortcutStudy.Clean, "noise", 1, -0.5, 0),
            Row(ShortcutStudy.Protected, "identity", 0, 0, 0), Row(ShortcutStudy.Protected, "identity", 1, 1, 1), Row(ShortcutStudy.Protected, "noise", 0, 0, 0), Row(ShortcutStudy.Protected, "noise", 1, 8, 10)]);
        var ranges = ShortcutCharts.FittingOrder(report).Select(panel => JsonNode.Parse(panel.ToPlotlyJson())!["layout"]!["yaxis"]!["range"]!.AsArray().Select(v => v!.GetValue<double>()).ToArray()).ToArray();
        Assert.Equal(2, ranges.Length);
        Assert.Equal(ranges[0], ranges[1]);
        Assert.InRange(ranges[0][0], -1.5, -0.5);
        Assert.InRange(ranges[0][1], 10, 11);
        Assert.Empty(ShortcutCharts.FittingOrder(new ShortcutReport([])));
    }

    [Fact]
    public void Charts_name_what_they_measure_and_how_many_people_and_leave_out_what_was_not_measured()
    {
        ShortcutRow Row(string training, string prompt, int subject, double value) => new(ShortcutExperiment.Extraction, training, prompt, "noise_log_odds", 0, subject, [value]);
        var report = new ShortcutReport([
            Row(ShortcutStudy.Protected, "a photo of sks person", 0, 3), Row(ShortcutStudy.Protected, "a photo of t@t person", 0, 1), Row(ShortcutStudy.Swapped, "a photo of sks person", 0, 2),
            new(ShortcutExperiment.Dose, "11", "a photo of sks person", "identity", 80, 0, [0.5])]);
        var swap = ShortcutCharts.Swap(report, ShortcutOptions.Smoke);
        Assert.Contains("one person", swap.ToPlotlyJson(), StringComparison.Ordinal);
        Assert.Contains("log-odds of noise, 0 = undecided, lower is better", swap.ToPlotlyJson(), StringComparison.Ordinal);
        Assert.Contains("<svg", swap.ToSvg(), StringComparison.Ordinal);
        var both = new ShortcutReport([.. report.Rows, Row(ShortcutStudy.Clean, "a photo of sks", 1, 0)]);
        Assert.Contains("2 people", ShortcutCharts.Extraction(both, ["a photo of sks"], "noise_log_odds").ToPlotlyJson(), StringComparison.Ordinal);
        var dose = ShortcutCharts.Doses(report, ShortcutOptions.Smoke, "identity").ToString();
        Assert.Contains("±11 levels", dose, StringComparison.Ordinal);
    }
}
