using Workbench.Experiments.Statistics;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>One of the paper's folded scores, from the means of its parts.</summary>
/// <param name="Name">IMS, Q or overall.</param>
/// <param name="Formula">How it is folded.</param>
/// <param name="Value">The score, in [-1,1].</param>
/// <param name="Parts">The raw means it is folded from.</param>
public sealed record PublishedAggregate(string Name, string Formula, double Value, IReadOnlyList<(string Name, double Mean)> Parts)
{
    /// <summary>Those whose parts are there.</summary>
    public static IReadOnlyList<PublishedAggregate> Of(IReadOnlyList<MetricScores> scores)
    {
        var found = new List<PublishedAggregate>();
        Fold("IMS", "0.7 · IMS-IP + 0.3 · IMS-VGG", "IMS-IP", "IMS-VGG", ScoreAggregation.Identity);
        Fold("Q", "½ · (2 (LIQE − 1) / 4 − 1) + ½ · CLIP-IQAC", "LIQE", "CLIP-IQAC", ScoreAggregation.Quality);
        if (found is [var ims, var quality]) found.Add(new("overall", "½ · IMS + ½ · Q", ScoreAggregation.Overall(ims.Value, quality.Value), [("IMS", ims.Value), ("Q", quality.Value)]));
        return found;

        void Fold(string name, string formula, string first, string second, Func<double, double, double> fold)
        {
            if (Mean(first) is { } a && Mean(second) is { } b) found.Add(new(name, formula, fold(a, b), [(first, a), (second, b)]));
        }

        double? Mean(string name) => scores.FirstOrDefault(s => s.Metric.Name == name)?.Mean is { } mean && double.IsFinite(mean) ? mean : null;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} = {Formula} = {Value:0.000}") + $" ({string.Join(", ", Parts.Select(p => FormattableString.Invariant($"{p.Name} {p.Mean:0.000}")))})";
}
