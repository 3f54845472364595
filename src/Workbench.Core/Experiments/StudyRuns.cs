using System.Globalization;
using System.Text.Json;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The runs of a study with every picture's scores, in one file: all that its tables are made of.</summary>
/// <param name="Runs">Finished runs.</param>
public sealed record StudyRuns(IReadOnlyList<RunScores> Runs)
{
    /// <summary>Name of the file in a results folder.</summary>
    public const string FileName = "results.json";

    private static readonly JsonSerializerOptions Line = new(ModelConfigFile.Options) { WriteIndented = false };

    /// <summary>What could not be run, and why.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Everything that is finished in a grid's folder.</summary>
    public static StudyRuns OfGrid(string folder, IReadOnlyList<string>? leftOut = null) =>
        new([.. ScenarioGrid.Read(folder).Select(RunScores.Of)]) { LeftOut = leftOut ?? [] };

    /// <summary>Number of people.</summary>
    public int People => Runs.Select(r => r.Scenario.Subject).Distinct().Count();

    /// <summary>Mean over all pictures of the runs that match, with a 95 % interval that resamples whole people; null without any.</summary>
    public BootstrapInterval? Mean(Func<Scenario, bool> where, string score)
    {
        var values = Runs.Where(r => where(r.Scenario)).SelectMany(r => r.Of(score).Where(double.IsFinite).Select(v => (Value: v, Person: Name(r)))).ToArray();
        return values.Length == 0 ? null : BootstrapInterval.OfClusteredMean([.. values.Select(v => v.Value)], [.. values.Select(v => v.Person)], new Seed(1).For(score));
    }

    /// <summary>Runs against runs of the same person and seed; null where nothing pairs.</summary>
    public PairedScores? Compare(Func<Scenario, bool> runs, Func<Scenario, bool> baseline, string score)
    {
        var others = Runs.Where(r => baseline(r.Scenario)).ToLookup(r => (r.Scenario.Subject, r.Scenario.Seed));
        var pairs = (from run in Runs
                     where runs(run.Scenario)
                     from other in others[(run.Scenario.Subject, run.Scenario.Seed)]
                     from difference in run.Of(score).Zip(other.Of(score), (a, b) => a - b)
                     where double.IsFinite(difference)
                     select (Difference: difference, Person: Name(run))).ToArray();
        if (pairs.Length == 0) return null;
        double[] pictures = [.. pairs.Select(p => p.Difference)], people = [.. pairs.GroupBy(p => p.Person).Select(g => g.Average(p => p.Difference))];
        return new PairedScores(BootstrapInterval.OfClusteredMean(pictures, [.. pairs.Select(p => p.Person)], new Seed(2).For(score)),
            people.Length, WilcoxonSignedRank.Test(people).PValue, pictures.Length, WilcoxonSignedRank.Test(pictures).PValue);
    }

    /// <summary>Writes <see cref="FileName"/>, a run a line.</summary>
    public void Write(string folder)
    {
        var runs = string.Join(",\n", Runs.Select(r => JsonSerializer.Serialize(r, Line)));
        AtomicFile.WriteText(Path.Combine(folder, FileName), $"{{\"left_out\":{JsonSerializer.Serialize(LeftOut, Line)},\n\"runs\":[\n{runs}\n]}}\n");
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where there is no such file.</summary>
    public static StudyRuns? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        return JsonSerializer.Deserialize<StudyRuns>(File.ReadAllText(path), Line) ?? throw new InvalidDataException($"{path}: expected runs, found null.");
    }

    private static string Name(RunScores run) => run.Scenario.Subject.ToString(CultureInfo.InvariantCulture);
}
