using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The table of <see cref="ProtectionStudy"/>: means over photos with 95 % intervals that resample whole people.</summary>
/// <param name="Scores">One entry a method and person.</param>
public sealed record ProtectionReport(IReadOnlyList<ProtectionScore> Scores)
{
    /// <summary>The common bound, 8-bit levels.</summary>
    public double BudgetLevels { get; init; }

    /// <summary>Settings of the perturbations.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Fingerprint of the attacked model.</summary>
    public string Model { get; init; } = "";

    /// <summary>The methods, in the order in which they were measured.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Methods => [.. Scores.Select(s => s.Method).Distinct(StringComparer.Ordinal)];

    /// <summary>The columns: title and the numbers of one run.</summary>
    public static IReadOnlyList<(string Name, string Title, Func<ProtectionScore, IReadOnlyList<double>> Of)> Columns { get; } =
    [
        ("latent_shift", "latent shift, sd", s => s.LatentShift),
        ("noise", "P(noise)", s => s.Noise),
        ("noise_log_odds", "noise log-odds", s => s.NoiseLogOdds),
        ("reconstructed_noise", "P(noise) after the VAE", s => s.ReconstructedNoise),
        ("reconstructed_noise_log_odds", "noise log-odds after the VAE", s => s.ReconstructedNoiseLogOdds),
        ("psnr", "PSNR, dB", s => s.Psnr),
        ("seconds", "processor seconds a person", s => [s.ProcessorSeconds]),
    ];

    /// <summary>Mean of a column over the photos of a method; null where it has no value.</summary>
    public BootstrapInterval? Mean(string method, Func<ProtectionScore, IReadOnlyList<double>> column)
    {
        var values = Of(method).SelectMany(s => column(s).Select(v => (Value: v, Person: s.Subject.ToString(CultureInfo.InvariantCulture)))).ToArray();
        return values.Length == 0 ? null : BootstrapInterval.OfClusteredMean([.. values.Select(v => v.Value)], [.. values.Select(v => v.Person)], new Seed(1).For(method));
    }

    /// <summary>The runs of one method.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public IReadOnlyList<ProtectionScore> Of(string method)
    {
        var found = Scores.Where(s => s.Method == method).ToArray();
        return found.Length > 0 ? found : throw new ArgumentException($"'{method}' was not measured; there are: {string.Join(", ", Methods)}.", nameof(method));
    }

    /// <summary>Writes <c>results.json</c> and <c>results.md</c>.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "results.json"), JsonSerializer.Serialize(this, ModelConfigFile.Options) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), ToMarkdown());
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">The folder holds no results.</exception>
    public static ProtectionReport Read(string folder) =>
        JsonSerializer.Deserialize<ProtectionReport>(File.ReadAllText(Path.Combine(folder, "results.json")), ModelConfigFile.Options)
        ?? throw new InvalidDataException($"{Path.Combine(folder, "results.json")}: expected a report, found null.");

    /// <summary>The table for people.</summary>
    public string ToMarkdown()
    {
        var people = Scores.Select(s => s.Subject).Distinct().Count();
        var text = new StringBuilder("# Protections at one budget, before any training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Budget {BudgetLevels:0.###}/255, profile {Profile}, {people} held-out people, model {Model}. ");
        text.Append("Means over photos with 95 % intervals that resample whole people. Noise is CLIP's \"a noisy photo of person\" against \"a photo of person\".\n\n");
        text.Append("| method | ").AppendJoin(" | ", Columns.Select(c => c.Title)).Append(" | largest change |\n");
        text.Append("| --- |").Insert(text.Length, " --- |", Columns.Count + 1).Append('\n');
        foreach (var method in Methods)
        {
            var cells = Columns.Select(c => Mean(method, c.Of) is { } mean
                ? string.Create(CultureInfo.InvariantCulture, $"{mean.Mean:0.00} [{mean.Low:0.00}, {mean.High:0.00}]") : "");
            text.Append("| ").Append(method).Append(" | ").AppendJoin(" | ", cells).Append(CultureInfo.InvariantCulture, $" | {Of(method).Max(s => s.MaxLevels)} |\n");
        }
        return text.ToString();
    }
}
