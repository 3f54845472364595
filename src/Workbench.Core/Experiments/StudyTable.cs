using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The result of a comparison of methods: means with 95 % intervals that resample whole people, a line a method.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Columns">Columns in order.</param>
/// <param name="Rows">One entry a method and person (and group).</param>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed record StudyTable(string Title, IReadOnlyList<StudyColumn> Columns, IReadOnlyList<StudyRow> Rows)
{
    /// <summary>Name of the file that <see cref="Read"/> reads.</summary>
    public const string FileName = "results.json";

    /// <summary>What the lines are called.</summary>
    public string LineTitle { get; init; } = "method";

    /// <summary>What <see cref="StudyRow.Subject"/> counts.</summary>
    public string Subjects { get; init; } = "held-out people";

    /// <summary>What was done, in sentences: the settings, and how to read the columns.</summary>
    public string Words { get; init; } = "";

    /// <summary>Fingerprint of the attacked model.</summary>
    public string Model { get; init; } = "";

    /// <summary>What the cells say behind their numbers: marks of tests, numbers of the paper.</summary>
    public IReadOnlyList<StudyRemark> Remarks { get; init; } = [];

    /// <summary>Methods that could not be measured, and why.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The methods, in the order in which they first appear.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Names => [.. Rows.Select(r => r.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The parts, in the order in which they first appear.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Groups => [.. Rows.Select(r => r.Group).Distinct(StringComparer.Ordinal)];

    /// <summary>How many people were measured.</summary>
    [JsonIgnore]
    public int People => Rows.Select(r => r.Subject).Distinct().Count();

    /// <summary>Mean of a column over all numbers of a method; null where it has none.</summary>
    /// <param name="name">The method.</param>
    /// <param name="column">Name of a column.</param>
    /// <param name="group">The part; by default the one without a name.</param>
    public BootstrapInterval? Mean(string name, string column, string group = "")
    {
        var values = Rows.Where(r => r.Name == name && r.Group == group).SelectMany(r => r[column].Where(double.IsFinite).Select(v => (Value: v, r.Subject))).ToArray();
        return values.Length == 0 ? null : BootstrapInterval.OfClusteredMean(
            [.. values.Select(v => v.Value)], [.. values.Select(v => v.Subject.ToString(CultureInfo.InvariantCulture))], new Seed(1).For(name));
    }

    /// <summary>The rows of one method, a person each.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public IReadOnlyList<StudyRow> Of(string name, string group = "")
    {
        var found = Rows.Where(r => r.Name == name && r.Group == group).ToArray();
        return found.Length > 0 ? found : throw new ArgumentException($"'{name}' was not measured; there are: {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Writes <c>results.json</c> and <c>results.md</c>.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, ModelConfigFile.Options) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), StudyTableText.Markdown(this));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">The folder holds no results.</exception>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static StudyTable Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return StoredJson.Read<StudyTable>(path, "a table") is { Rows: not null, Columns: not null } table
            ? table : throw new InvalidDataException($"{path}: expected a table with rows and columns.");
    }
}
