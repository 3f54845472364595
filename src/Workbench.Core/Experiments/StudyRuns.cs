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

    /// <summary>Runs what is not finished, and takes up all that is in the folder: of this size of protection, for their tables compare methods at one size.</summary>
    /// <param name="folder">Keeps the runs; more may be added to them later.</param>
    /// <param name="study">The runs, and what could not be run.</param>
    /// <param name="config">Settings of every run.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">This process's part, and where photos are shared; null: all of it.</param>
    /// <param name="progress">Hears of every stage.</param>
    /// <param name="cancellationToken">Stops between two steps; finished runs stay.</param>
    internal static StudyRuns Make(
        string folder, (IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> LeftOut) study, ScenarioConfig config, ScenarioModels models,
        StudyWork? work, IProgress<ScenarioProgress>? progress, CancellationToken cancellationToken)
    {
        work ??= new StudyWork();
        var levels = study.Scenarios.Where(s => s.IsPerturbed).Select(s => s.BudgetLevels).ToHashSet();
        IReadOnlyList<ScenarioResult> Stored() => ScenarioGrid.ReadWhere(folder, s => !s.IsPerturbed || levels.Contains(s.BudgetLevels));
        if (Directory.Exists(Path.Combine(folder, "runs"))) Stored(); // runs of other settings are told before hours of work
        new ScenarioGrid(folder, study.Scenarios, config) { CacheFolder = work.CacheFolder, ReuseFolders = work.ReuseFolders }.Run(models, work.Part, work.Parts, progress, cancellationToken);
        return new([.. Stored().Select(RunScores.Of)]) { LeftOut = study.LeftOut };
    }

    /// <summary>Number of people.</summary>
    public int People => Runs.Select(r => r.Scenario.Subject).Distinct().Count();

    /// <summary>Mean over all pictures of the runs that match, with a 95 % interval that resamples whole people; null without any.</summary>
    public BootstrapInterval? Mean(Func<Scenario, bool> where, string score)
    {
        var values = Runs.Where(r => where(r.Scenario)).SelectMany(r => r.Of(score).Where(double.IsFinite).Select(v => (Value: v, Person: Name(r)))).ToArray();
        return values.Length == 0 ? null : BootstrapInterval.OfClusteredMean([.. values.Select(v => v.Value)], [.. values.Select(v => v.Person)], new Seed(1).For(score));
    }

    /// <summary>" n=k" where fewer people than <see cref="People"/> have runs that match, for tables whose words say how many people there are.</summary>
    internal string Fewer(Func<Scenario, bool> where) =>
        Runs.Where(r => where(r.Scenario)).Select(r => r.Scenario.Subject).Distinct().Count() is var count && count > 0 && count < People ? string.Create(CultureInfo.InvariantCulture, $" n={count}") : "";

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
        return File.Exists(path) && StoredJson.Read<StudyRuns>(path, "a study's runs") is var study
            ? study.Runs is null ? throw new InvalidDataException($"{path}: expected a study's runs, found none.") : study : null;
    }

    private static string Name(RunScores run) => run.Scenario.Subject.ToString(CultureInfo.InvariantCulture);
}
