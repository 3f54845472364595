using Workbench.Experiments;
using Workbench.Experiments.Statistics;

namespace Workbench.Charts;

/// <summary>The figures of the shortcut experiments, of one run or of several people.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class ShortcutCharts
{
    // A little room above the highest and below the lowest band.
    private const double Margin = 0.05;

    /// <summary>What each prompt brings out of the main trainings: a group a prompt, a bar a training.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="score">What was measured.</param>
    public static Chart Extraction(ShortcutReport report, IReadOnlyList<string> prompts, string score) => Chart.Bars(prompts, [.. ShortcutStudy.Mains.Select(training =>
    {
        var cells = prompts.Select(p => report.Mean(ShortcutExperiment.Extraction, training, p, score)).ToArray();
        return new BarSeries(training, Means(cells), Ends(cells));
    })]).WithTitle($"What each prompt brings out, {People(report)}").WithAxes(y: Axis(score)).WithSize(860, 420);

    /// <summary>What is fitted first: a panel a main training, all on one scale, for a curve's height says something beside the others only.</summary>
    /// <param name="report">The rows.</param>
    public static IReadOnlyList<Chart> FittingOrder(ShortcutReport report)
    {
        LineSeries[] Panel(string training) =>
            [Curve(report, ShortcutExperiment.Fitting, training, "identity", "loss", "the person"), Curve(report, ShortcutExperiment.Fitting, training, "noise", "loss", "the pattern")];
        var panels = ShortcutStudy.Mains.Where(report.Trainings(ShortcutExperiment.Fitting).Contains).Select(t => (Training: t, Curves: Panel(t))).ToArray();
        if (panels.Length == 0) return [];
        var range = Range([.. panels.SelectMany(p => p.Curves)]);
        return [.. panels.Select(p => Chart.Lines(p.Curves).WithTitle($"Trained on: {p.Training}, {People(report)}")
            .WithAxes("share of the training", "fall of the loss, 0 = not fitted", yRange: range).WithSize(700, 300))];
    }

    /// <summary>The identifier's share of the gradient, a curve a main training.</summary>
    /// <param name="report">The rows.</param>
    public static Chart GradientShare(ShortcutReport report) =>
        Chart.Lines([.. ShortcutStudy.Mains.Where(report.Trainings(ShortcutExperiment.Gradient).Contains).Select(t => Curve(report, ShortcutExperiment.Gradient, t, "identifier", "share", t))])
            .WithTitle($"The identifier's share of the gradient, {People(report)}").WithAxes("share of the training", "share of all words' gradients").WithSize(760, 360);

    /// <summary>The swap test: noise in what either name draws, after training under the one and under the other.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="options">Its prompts are the two names.</param>
    public static Chart Swap(ShortcutReport report, ShortcutOptions options)
    {
        string[] prompts = [options.Prompts.IdentifierAndClass, options.Swapped.IdentifierAndClass];
        return Chart.Bars([$"trained as {options.Prompts.Identifier}", $"trained as {options.Swapped.Identifier}"], [.. prompts.Select(prompt =>
        {
            var cells = new[] { ShortcutStudy.Protected, ShortcutStudy.Swapped }.Select(t => report.Mean(ShortcutExperiment.Extraction, t, prompt, "noise_log_odds")).ToArray();
            return new BarSeries(prompt, Means(cells), Ends(cells));
        })]).WithTitle($"Does the pattern follow the name? {People(report)}").WithAxes(y: Axis("noise_log_odds")).WithSize(700, 420);
    }

    /// <summary>Dose and response: a curve a dose over training steps.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="options">Its training prompt was drawn from.</param>
    /// <param name="score">What was measured.</param>
    public static Chart Doses(ShortcutReport report, ShortcutOptions options, string score) =>
        Chart.Lines([.. report.Trainings(ShortcutExperiment.Dose).Select(levels => Curve(report, ShortcutExperiment.Dose, levels, options.Prompts.IdentifierAndClass, score, $"±{levels} levels"))])
            .WithTitle($"Dose and response, {People(report)}").WithAxes("training steps", Axis(score)).WithSize(700, 420);

    private static LineSeries Curve(ShortcutReport report, string experiment, string training, string condition, string score, string name)
    {
        var x = report.Places(experiment);
        var cells = x.Select(at => report.Mean(experiment, training, condition, score, at)).ToArray();
        return new LineSeries(name, Means(cells), x, Ends(cells));
    }

    private static (double Low, double High) Range(IReadOnlyList<LineSeries> curves)
    {
        var ends = curves.SelectMany(c => c.Band!).Where(b => double.IsFinite(b.Lower)).ToArray();
        var (low, high) = (ends.Min(b => b.Lower), ends.Max(b => b.Upper));
        var room = Math.Max((high - low) * Margin, 1e-9);
        return (low - room, high + room);
    }

    private static double[] Means(IReadOnlyList<BootstrapInterval?> cells) => [.. cells.Select(c => c?.Mean ?? double.NaN)];

    private static (double Lower, double Upper)[] Ends(IReadOnlyList<BootstrapInterval?> cells) => [.. cells.Select(c => (c?.Low ?? double.NaN, c?.High ?? double.NaN))];

    private static string People(ShortcutReport report) => report.People == 1 ? "one person" : $"{report.People} people";

    private static string Axis(string score) => score switch
    {
        "noise_log_odds" => "log-odds of noise, 0 = undecided, lower is better",
        "identity" => "cosine to the reference photos, higher is better",
        "contrast" => "contrast, 1 = as in the photos",
        _ => score,
    };
}
