using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Purification;

/// <summary>Purifies picture files into a folder, and writes down how: in every PNG and in <c>manifest.json</c>.</summary>
public static class PurificationFolder
{
    /// <summary>Name of the record of a run.</summary>
    public const string ManifestName = "manifest.json";

    private const string Keyword = "purification";

    private static readonly string Version =
        typeof(PurificationFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Purifies every picture by itself, with a seed that depends on its name only.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="seed">All randomness.</param>
    /// <param name="progress">Told after every picture.</param>
    /// <param name="cancellationToken">Stops between pictures; those already written stay, without a manifest, and the next run takes them over.</param>
    /// <returns>The paths written, in the order of the files.</returns>
    /// <exception cref="ArgumentException">The job or its chain is wrong.</exception>
    /// <exception cref="InvalidDataException">A file is no picture.</exception>
    public static IReadOnlyList<string> Run(
        PurificationJob job, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        job.Validate();
        ImageBatch? clean = null;
        var chain = PurifierChain.Parse(job.Chain, job.CleanFolder is null ? job.Sources : job.Sources with { Clean = () => clean! });
        var (written, entries, models, settings) = (new List<string>(), new JsonArray(), Models(job), Settings(job));
        Check(job);
        Directory.CreateDirectory(job.Output);
        var seconds = Seconds(Path.Combine(job.Output, ManifestName));
        File.Delete(Path.Combine(job.Output, ManifestName)); // of an earlier run: it would call the mixture complete
        foreach (var file in job.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var original = job.CleanFolder is null ? null : ImageBatch.Load([Path.Combine(job.CleanFolder, Path.GetFileName(file))]);
            clean = original;
            var name = Path.GetFileNameWithoutExtension(file);
            var entry = new JsonObject { ["file"] = $"{name}.png", ["source"] = Path.GetFileName(file), ["source_sha256"] = Fingerprint.OfFile(file) };
            var record = new JsonObject
            {
                ["chain"] = job.Chain, ["seed"] = seed.Value, ["source_sha256"] = entry["source_sha256"]!.DeepClone(),
                ["settings"] = settings.DeepClone(), ["models"] = models.DeepClone(), ["version"] = Version,
            };
            if (job.CleanFolder is not null)
            {
                entry["clean_sha256"] = Fingerprint.OfFile(Path.Combine(job.CleanFolder, Path.GetFileName(file)));
                record["clean_sha256"] = entry["clean_sha256"]!.DeepClone();
            }
            var (target, words) = (Path.Combine(job.Output, $"{name}.png"), record.ToJsonString(JsonSerializerOptions.Default));
            if (!IsDone(target, words))
            {
                using var picture = ImageBatch.Load([file]);
                var clock = Stopwatch.StartNew();
                using var result = chain.Purify(picture, seed.For(name), null, cancellationToken);
                entry["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 3);
                result.Image(0).SavePng(target, new Dictionary<string, string> { [Keyword] = words });
            }
            else if (seconds.TryGetValue($"{name}.png", out var before))
            {
                entry["seconds"] = before;
            }
            written.Add(target);
            entries.Add(entry);
            progress?.Report(new PurificationProgress(job.Chain, written.Count, job.Files.Count));
        }
        ModelConfigFile.WriteObject(Path.Combine(job.Output, ManifestName), new JsonObject
        {
            ["kind"] = "purification", ["chain"] = job.Chain, ["seed"] = seed.Value, ["version"] = Version, ["settings"] = settings, ["models"] = models, ["pictures"] = entries,
        });
        return written;
    }

    /// <summary>Seconds a picture took, by file, of an earlier run that was finished; none where there was none, or where its manifest cannot be read.</summary>
    private static Dictionary<string, double> Seconds(string manifest)
    {
        try
        {
            if (!File.Exists(manifest) || JsonNode.Parse(File.ReadAllText(manifest))?["pictures"] is not JsonArray pictures) return [];
            return pictures.Where(p => p?["file"] is not null && p["seconds"] is not null).DistinctBy(p => (string)p!["file"]!).ToDictionary(p => (string)p!["file"]!, p => (double)p!["seconds"]!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return [];
        }
    }

    /// <summary>All that can be wrong with files is told before the first is purified.</summary>
    private static void Check(PurificationJob job)
    {
        foreach (var file in job.Files)
        {
            ImageCodec.Load(file);
            if (job.CleanFolder is not null) ImageCodec.Load(Path.Combine(job.CleanFolder, Path.GetFileName(file)));
        }
        AtomicFile.RequireWritable(job.Output);
    }

    /// <summary>True where a stopped run left this very result: picture, chain, seed, settings, weights and version agree.</summary>
    private static bool IsDone(string target, string words)
    {
        try
        {
            return File.Exists(target) && PngText.Read(target).GetValueOrDefault(Keyword) == words;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>What a result depends on beside picture, seed and models: the options in force, which a profile only gives a name to.</summary>
    private static JsonObject Settings(PurificationJob job)
    {
        var (sources, names) = (job.Sources, PurifierChain.Names(job.Chain));
        var settings = new JsonObject
        {
            ["class"] = sources.Class,
            ["device"] = sources.Device is { } device ? $"{device}" : "cpu",
            ["purifiers"] = new JsonArray([.. names.Select(name => (JsonNode)new JsonObject { ["name"] = name, ["options"] = PurifierCatalog.Settings(name, sources) })]),
        };
        if (UsesDistance(job)) settings["perceptual_distance"] = sources.PerceptualDistance is null ? "root mean square" : sources.PerceptualParts.Count == 0 ? "unnamed" : sources.PerceptualName;
        return settings;
    }

    private static bool UsesDistance(PurificationJob job) => PurifierChain.Names(job.Chain).Any(name => PurifierCatalog.Find(name).Name == "impress");

    /// <summary>The weights, cascades and detectors that the chain's purifiers read, by role.</summary>
    private static JsonObject Models(PurificationJob job) => ModelPart.Record(
        [.. PurifierChain.Parts(job.Chain, job.Sources), .. UsesDistance(job) && job.Sources.PerceptualDistance is not null ? job.Sources.PerceptualParts : []], withSettings: true);
}
