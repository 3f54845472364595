using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Analysis;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>What <see cref="MisalignmentStudy"/> measured, with intervals over people and paired tests.</summary>
/// <param name="Entries">One entry a condition and person.</param>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record MisalignmentReport(IReadOnlyList<MisalignmentEntry> Entries)
{
    /// <summary>Name of the file in a results folder.</summary>
    public const string FileName = "misalignment.json";

    private static readonly JsonSerializerOptions Json = new(ModelConfigFile.Options) { WriteIndented = false };

    /// <summary>The prompt that alignment was measured to.</summary>
    public string TrainingPrompt { get; init; } = "";

    /// <summary>Size of noise and protections, 8-bit levels.</summary>
    public double BudgetLevels { get; init; }

    /// <summary>Fingerprint of the weights; empty where that was not stored.</summary>
    public string Model { get; init; } = "";

    /// <summary>The conditions, in the order in which they were measured.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Conditions => [.. Entries.Select(e => e.Reading.Condition).Distinct(StringComparer.Ordinal)];

    /// <summary>Mean over the photos of a condition, with a 95 % interval that resamples whole people.</summary>
    /// <param name="condition">Its name.</param>
    /// <param name="score">One number a photo, for example <c>r => r.Photo.Alignment</c>.</param>
    public BootstrapInterval Mean(string condition, Func<MisalignmentReading, IReadOnlyList<double>> score)
    {
        var values = Of(condition).SelectMany(e => score(e.Reading).Select(v => (Value: v, e.Subject))).ToArray();
        return BootstrapInterval.OfClusteredMean([.. values.Select(v => v.Value)], [.. values.Select(v => Name(v.Subject))], new Seed(1).For(condition));
    }

    /// <summary>Condition against baseline, paired by person.</summary>
    /// <param name="condition">The one.</param>
    /// <param name="baseline">The other.</param>
    /// <param name="name">What is compared, for the record.</param>
    /// <param name="higherIsBetter">Which end is better.</param>
    /// <param name="score">One number a photo.</param>
    public ConditionComparison Compare(string condition, string baseline, string name, bool higherIsBetter, Func<MisalignmentReading, IReadOnlyList<double>> score)
    {
        var before = Of(baseline).ToDictionary(e => e.Subject, e => score(e.Reading).Average());
        var differences = Of(condition).Where(e => before.ContainsKey(e.Subject)).Select(e => score(e.Reading).Average() - before[e.Subject]).ToArray();
        return new ConditionComparison(condition, baseline, $"{condition} against {baseline}", name, higherIsBetter,
            BootstrapInterval.OfMean(differences, new Seed(2).For(name)), differences.Length, WilcoxonSignedRank.Test(differences).PValue);
    }

    /// <summary>The entries of one condition.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public IReadOnlyList<MisalignmentEntry> Of(string condition)
    {
        var found = Entries.Where(e => e.Reading.Condition == condition).ToArray();
        return found.Length > 0 ? found : throw new ArgumentException($"'{condition}' was not measured; there are: {string.Join(", ", Conditions)}.", nameof(condition));
    }

    /// <summary>Writes <see cref="FileName"/> into <paramref name="folder"/>; embeddings are left out.</summary>
    public void Write(string folder) => WriteFile(Path.Combine(folder, FileName));

    internal void WriteFile(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json).Replace("},{\"subject", "},\n{\"subject", StringComparison.Ordinal) + "\n");

    /// <summary>Reads what <see cref="Write"/> wrote; embeddings are empty.</summary>
    /// <exception cref="FileNotFoundException">The folder holds no such file.</exception>
    public static MisalignmentReport Read(string folder) => ReadFile(Path.Combine(folder, FileName));

    internal static MisalignmentReport ReadFile(string path) => StoredJson.Read<MisalignmentReport>(path, "a misalignment report");

    private static string Name(int subject) => subject.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One condition of one person.</summary>
/// <param name="Subject">Number of the person.</param>
/// <param name="Reading">What was read.</param>
public sealed record MisalignmentEntry(int Subject, MisalignmentReading Reading);
