using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Experiments.Statistics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The tables of <see cref="PurifierStudy"/>: means over photos with 95 % intervals that resample whole people.</summary>
/// <param name="Scores">One entry a protection, person and chain.</param>
public sealed record PurifierReport(IReadOnlyList<PurifierScore> Scores)
{
    /// <summary>The protections' bound, 8-bit levels.</summary>
    public double BudgetLevels { get; init; }

    /// <summary>Settings of the perturbations.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Fingerprint of the attacked model.</summary>
    public string Model { get; init; } = "";

    /// <summary>Chains that could not be made, and why.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The columns: name, title and the numbers of one run.</summary>
    public static IReadOnlyList<(string Name, string Title, Func<PurifierScore, IReadOnlyList<double>> Of)> Columns { get; } =
    [
        ("perceptual", "CLIP feature distance ↓ (stands in for LPIPS)", s => s.Perceptual),
        ("psnr", "PSNR ↑, dB", s => s.Psnr),
        ("ssim", "SSIM ↑", s => s.Ssim),
        ("noise_log_odds", "noise log-odds ↓", s => s.NoiseLogOdds),
        ("reconstructed_noise_log_odds", "after the VAE ↓", s => s.ReconstructedNoiseLogOdds),
        ("identity", "identity ↑", s => s.Identity),
        ("seconds", "seconds a photo ↓", s => [s.SecondsPerPhoto]),
    ];

    /// <summary>Mean of a column over the photos of one chain and protection; null where it has no value.</summary>
    public BootstrapInterval? Mean(string protection, string chain, Func<PurifierScore, IReadOnlyList<double>> column)
    {
        var values = Scores.Where(s => s.Protection == protection && s.Chain == chain)
            .SelectMany(s => column(s).Select(v => (Value: v, Person: s.Subject.ToString(CultureInfo.InvariantCulture)))).ToArray();
        return values.Length == 0 ? null : BootstrapInterval.OfClusteredMean([.. values.Select(v => v.Value)], [.. values.Select(v => v.Person)], new Seed(1).For(chain));
    }

    /// <summary>Chains, in the order in which they were measured.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Chains => [.. Scores.Select(s => s.Chain).Distinct(StringComparer.Ordinal)];

    /// <summary>Writes <c>results.json</c> and <c>results.md</c>.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "results.json"), JsonSerializer.Serialize(this, ModelConfigFile.Options) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "results.md"), ToMarkdown());
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">The folder holds no results.</exception>
    public static PurifierReport Read(string folder) =>
        JsonSerializer.Deserialize<PurifierReport>(File.ReadAllText(Path.Combine(folder, "results.json")), ModelConfigFile.Options)
        ?? throw new InvalidDataException($"{Path.Combine(folder, "results.json")}: expected a report, found null.");

    /// <summary>A table a protection.</summary>
    public string ToMarkdown()
    {
        var people = Scores.Select(s => s.Subject).Distinct().Count();
        var text = new StringBuilder("# Purifiers: faithfulness to the clean photo, noise and time\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Protections at {BudgetLevels:0.###}/255, profile {Profile}, {people} held-out people, model {Model}. ");
        text.Append("Means over photos with 95 % intervals that resample whole people. Noise is CLIP's \"a noisy photo of person\" against \"a photo of person\". ");
        text.Append(CultureInfo.InvariantCulture, $"Equal pictures count as {PurifierStudy.EqualPsnr:0} dB.\n");
        foreach (var protection in Scores.Select(s => s.Protection).Distinct(StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Photos: {protection}\n\n| purifier | ").AppendJoin(" | ", Columns.Select(c => c.Title)).Append(" |\n| --- |");
            text.Insert(text.Length, " --- |", Columns.Count).Append('\n');
            foreach (var chain in Chains)
            {
                var cells = Columns.Select(c => Mean(protection, chain, c.Of) is { } mean
                    ? string.Create(CultureInfo.InvariantCulture, $"{mean.Mean:0.000} [{mean.Low:0.000}, {mean.High:0.000}]") : "");
                text.Append(CultureInfo.InvariantCulture, $"| {chain} | ").AppendJoin(" | ", cells).Append(" |\n");
            }
        }
        if (LeftOut.Count > 0) text.Append("\nLeft out:\n\n").AppendJoin('\n', LeftOut.Select(reason => $"* {reason}")).Append('\n');
        return text.ToString();
    }
}
