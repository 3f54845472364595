using Workbench.Experiments.Statistics;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>A run with the scores of its pictures, as the tables of studies keep them.</summary>
/// <param name="Scenario">The run.</param>
/// <param name="Scores">By the names of <see cref="StudyScore"/>; one number a picture, in the order of drawing.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record RunScores(Scenario Scenario, IReadOnlyDictionary<string, IReadOnlyList<double>> Scores)
{
    /// <summary>Name of the paper's overall score, the mean of identity and quality: of the published ones where they were measured.</summary>
    public const string Average = "average";

    private const int Digits = 5;

    /// <summary>The scores of a finished run.</summary>
    public static RunScores Of(ScenarioResult result) => new(result.Scenario, StudyScore.In([result]).ToDictionary(
        s => s.Name, s => (IReadOnlyList<double>)[.. result.Images.Select(i => Math.Round(s.Of(i), Digits))], StringComparer.Ordinal));

    /// <summary>One number a picture.</summary>
    /// <param name="score">A name of <see cref="StudyScore"/>, or <see cref="Average"/>.</param>
    public IReadOnlyList<double> Of(string score) => score == Average
        ? [.. Best("identity", MetricSources.Ims).Zip(Best("quality", MetricSources.Quality), ScoreAggregation.Overall)]
        : Scores.TryGetValue(score, out var values) ? values : throw new ArgumentException($"There is no score '{score}'; there are: {string.Join(", ", Scores.Keys)}, {Average}.", nameof(score));

    private IReadOnlyList<double> Best(string score, string published) => Scores.GetValueOrDefault(published) ?? Scores[score];
}
