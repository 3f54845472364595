using System.Globalization;
using System.Text;
using System.Text.Json;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Rows of the shortcut experiments, with intervals.</summary>
/// <param name="Rows">All rows.</param>
/// <remarks>With several people, intervals resample whole people; with one, they resample pictures, and speak of that person only.</remarks>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ShortcutReport(IReadOnlyList<ShortcutRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new(ModelConfigFile.Options) { WriteIndented = false };

    /// <summary>Number of people.</summary>
    public int People => Subjects.Count;

    /// <summary>Numbers of the people, rising.</summary>
    public IReadOnlyList<int> Subjects => [.. Rows.Select(r => r.Subject).Distinct().Order()];

    /// <summary>The rows of one person; intervals then resample pictures.</summary>
    public ShortcutReport Of(int subject) => new([.. Rows.Where(r => r.Subject == subject)]);

    /// <summary>The trainings of an experiment, in the order in which they were run.</summary>
    public IReadOnlyList<string> Trainings(string experiment) => [.. Rows.Where(r => r.Experiment == experiment).Select(r => r.Training).Distinct(StringComparer.Ordinal)];

    /// <summary>The places along the axis of an experiment, rising.</summary>
    public IReadOnlyList<double> Places(string experiment) => [.. Rows.Where(r => r.Experiment == experiment).Select(r => r.X).Distinct().Order()];

    /// <summary>Mean with a 95 % interval; null where nothing was measured.</summary>
    /// <param name="experiment">See <see cref="ShortcutExperiment"/>.</param>
    /// <param name="training">Name of the training.</param>
    /// <param name="condition">What was looked at.</param>
    /// <param name="score">What was measured.</param>
    /// <param name="x">Where along the axis.</param>
    public BootstrapInterval? Mean(string experiment, string training, string condition, string score, double x = 0)
    {
        var found = Find(experiment, training, condition, score, x);
        return found.Length == 0 ? null : Interval([.. found.Select(r => (r.Subject, r.Values))]);
    }

    /// <summary>Mean difference of two cells, paired by person and random draw; null where one was not measured.</summary>
    /// <param name="experiment">See <see cref="ShortcutExperiment"/>.</param>
    /// <param name="score">What was measured.</param>
    /// <param name="a">The one.</param>
    /// <param name="b">The other, which is taken from it.</param>
    public BootstrapInterval? Difference(string experiment, string score, ShortcutCell a, ShortcutCell b) =>
        Pairs(experiment, score, a, b) is { Length: > 0 } pairs ? Interval(pairs) : null;

    /// <summary>Number of people of whom both cells of a difference were measured.</summary>
    internal int PeopleOf(string experiment, string score, ShortcutCell a, ShortcutCell b) => Pairs(experiment, score, a, b).Length;

    /// <summary>Writes the rows, one a line.</summary>
    public void Write(string path)
    {
        var text = new StringBuilder("[\n");
        text.AppendJoin(",\n", Rows.Select(r => JsonSerializer.Serialize(r with { Values = [.. r.Values.Select(v => Math.Round(v, 5))] }, Json)));
        AtomicFile.WriteText(path, text.Append("\n]\n").ToString());
    }

    /// <summary>Reads every person's file in a folder; an empty report where there is none.</summary>
    /// <exception cref="InvalidDataException">A file is no such report, or two were made with different settings or weights: they must not be averaged.</exception>
    public static ShortcutReport Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "subject*.json").Order(StringComparer.Ordinal)] : [];
        if (files.FirstOrDefault(f => PersonFiles.SettingsOf(f) != PersonFiles.SettingsOf(files[0])) is { } other)
            throw new InvalidDataException($"{other} and {files[0]} were made with different settings or weights, or one is being made again; keep such files in different folders.");
        return OfFiles(files);
    }

    internal static ShortcutReport OfFiles(IEnumerable<string> files) => new([.. files.SelectMany(f => StoredJson.Read<ShortcutRow[]>(f, "the rows of the shortcut experiments"))]);

    private (int Subject, IReadOnlyList<double> Values)[] Pairs(string experiment, string score, ShortcutCell a, ShortcutCell b)
    {
        var other = Find(experiment, b.Training, b.Condition, score, b.X).ToDictionary(r => r.Subject, r => r.Values);
        return [.. Find(experiment, a.Training, a.Condition, score, a.X).Where(r => other.ContainsKey(r.Subject))
            .Select(r => (r.Subject, (IReadOnlyList<double>)[.. r.Values.Zip(other[r.Subject], (one, two) => one - two)]))];
    }

    private ShortcutRow[] Find(string experiment, string training, string condition, string score, double x) =>
        [.. Rows.Where(r => r.Experiment == experiment && r.Training == training && r.Condition == condition && r.Score == score && Math.Abs(r.X - x) < 1e-9)];

    private static BootstrapInterval Interval((int Subject, IReadOnlyList<double> Values)[] parts)
    {
        var values = parts.SelectMany(p => p.Values).ToArray();
        var clusters = parts.SelectMany(p => p.Values.Select((_, i) => (parts.Length > 1 ? p.Subject : i).ToString(CultureInfo.InvariantCulture))).ToArray();
        return BootstrapInterval.OfClusteredMean(values, clusters, new Seed(1));
    }
}
