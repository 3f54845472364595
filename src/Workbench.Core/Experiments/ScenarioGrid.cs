using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>
/// Many scenarios, one folder each, resumable: a finished folder is skipped, a half-written one is done again. Several processes may work
/// on one grid; a lock a scenario keeps them apart.
/// </summary>
/// <remarks>
/// Layout: <c>runs/KEY/</c> holds pictures and, written last, <c>manifest.json</c> with settings, seed, versions, seconds and the result;
/// <c>cache/</c> holds what scenarios share.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class ScenarioGrid
{
    /// <summary>Name of the file that marks a finished run.</summary>
    public const string ManifestFile = "manifest.json";

    private readonly IReadOnlyList<Scenario> scenarios;
    private readonly ScenarioConfig config;
    private FinishedRuns? others;

    /// <summary>A grid in <paramref name="folder"/>.</summary>
    /// <exception cref="ArgumentException">A scenario is invalid, or two have one key.</exception>
    public ScenarioGrid(string folder, IReadOnlyList<Scenario> scenarios, ScenarioConfig config)
    {
        foreach (var scenario in scenarios) scenario.Validate();
        if (scenarios.GroupBy(s => s.Key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two scenarios would share the folder {twice.Key}.", nameof(scenarios));
        (Folder, this.scenarios, this.config) = (folder, scenarios, config);
    }

    /// <summary>The grid's folder.</summary>
    public string Folder { get; }

    /// <summary>Keeps class pictures, protected and purified photos; by default <c>cache/</c> inside the grid's folder. Studies may share one.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Folders of other studies: a finished run there of the same scenario, settings and weights is taken over, whatever its condition is called there.</summary>
    public IReadOnlyList<string> ReuseFolders { get; init; } = [];

    /// <summary>The scenarios that have no finished folder yet.</summary>
    public IReadOnlyList<Scenario> Pending() => [.. scenarios.Where(s => Finished(s) is null)];

    /// <summary>Runs what is not finished, and returns the results of all scenarios that are.</summary>
    /// <param name="models">The models; left unchanged.</param>
    /// <param name="shard">This process's part, from 0; the i-th person and seed belongs to part i mod <paramref name="shards"/>, with all its scenarios.</param>
    /// <param name="shards">Number of parts.</param>
    /// <param name="progress">Hears of every stage.</param>
    /// <param name="cancellationToken">Stops between two steps; the scenario under way is done again next time.</param>
    public IReadOnlyList<ScenarioResult> Run(
        ScenarioModels models, int shard = 0, int shards = 1, IProgress<ScenarioProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, shards);
        torch.set_num_threads(models.Threads);
        using var runner = new ScenarioRunner(models, config, CacheFolder ?? Path.Combine(Folder, "cache"));
        Results(runner.Photos); // before hours of work, not after
        // Neighbours share photos, so a shard takes whole subjects and seeds where it can.
        var mine = scenarios.GroupBy(s => (s.Subject, s.Seed)).Where((_, i) => i % shards == shard).SelectMany(g => g).ToList();
        for (var i = 0; i < mine.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunOne(runner, mine[i], new Relay(progress, mine[i].Key, i, mine.Count), cancellationToken);
        }
        return Results(runner.Photos);
    }

    /// <summary>Runs one scenario of the grid where it is not finished, unless another process is at it. For studies that do other work between runs.</summary>
    internal void RunOne(ScenarioRunner runner, Scenario scenario, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        using var taken = FolderLock.TryAcquire(RunFolder(scenario) + ".lock");
        if (taken is null || Finished(scenario, runner.Photos) is not null || TakeOver(scenario, runner.Photos)) return;
        Store(runner, scenario, progress, cancellationToken);
    }

    /// <summary>The results of all finished scenarios of the grid, in the grid's order.</summary>
    /// <param name="photos">Of the models that must have made them; null: any.</param>
    /// <exception cref="InvalidDataException">A run was made with other settings, or with other weights; the message names its file.</exception>
    public IReadOnlyList<ScenarioResult> Results(ScenarioPhotos? photos = null) => [.. scenarios.Select(s => Finished(s, photos)).OfType<ScenarioResult>()];

    /// <summary>The results of every finished run in a grid's folder, whatever the grid was made of, in the order of their keys.</summary>
    /// <exception cref="DirectoryNotFoundException">There are no runs.</exception>
    /// <exception cref="InvalidDataException">Two of them were made with different settings or weights: they must not be averaged.</exception>
    public static IReadOnlyList<ScenarioResult> Read(string folder) => ReadWhere(folder, _ => true);

    /// <summary>Those of the runs that <paramref name="which"/> picks; the others may be of other settings.</summary>
    internal static IReadOnlyList<ScenarioResult> ReadWhere(string folder, Func<Scenario, bool> which)
    {
        var runs = Path.Combine(folder, "runs");
        if (!Directory.Exists(runs)) throw new DirectoryNotFoundException($"{folder}: no runs/ here; run the study first.");
        var found = Directory.GetDirectories(runs).Order(StringComparer.Ordinal).Select(f => Path.Combine(f, ManifestFile)).Where(File.Exists).Select(f => (File: f, Manifest: ReadManifest(f)))
            .Where(f => which(ResultOf(f.File, f.Manifest).Scenario)).ToArray();
        var scored = found.FirstOrDefault(f => Scorers(f.Manifest) is not null).Manifest;
        bool IsOther(JsonObject run) => !JsonNode.DeepEquals(run["model"], found[0].Manifest["model"]) || !JsonNode.DeepEquals(run["config"], found[0].Manifest["config"])
            || (Scorers(run) is { } scorers && scorers != Scorers(scored!));
        if (found.FirstOrDefault(f => IsOther(f.Manifest)) is { File: { } other })
            throw new InvalidDataException($"{other} and {found[0].File} were made with different settings or weights; keep such runs in different folders.");
        return [.. found.Select(f => ResultOf(f.File, f.Manifest))];
    }

    /// <summary>A study's scenarios, seed by seed and person by person, so that photos are shared and early results cover whole comparisons.</summary>
    /// <param name="subjects">Number of people.</param>
    /// <param name="seeds">Seeds for each.</param>
    /// <param name="each">The scenarios of a person and seed.</param>
    internal static IReadOnlyList<Scenario> Cross(int subjects, int seeds, Func<int, ulong, IEnumerable<Scenario>> each)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subjects, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        return [.. from seed in Enumerable.Range(0, seeds) from subject in Enumerable.Range(0, subjects) from scenario in each(subject, (ulong)seed) select scenario];
    }

    private static JsonSerializerOptions Json => ModelConfigFile.Options;

    private string RunFolder(Scenario scenario) => Path.Combine(Folder, "runs", scenario.Key);

    private void Store(ScenarioRunner runner, Scenario scenario, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var folder = RunFolder(scenario);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var started = DateTimeOffset.UtcNow;
        var result = runner.Run(scenario, pictures =>
        {
            pictures.Training.SavePngs(Path.Combine(folder, "training"));
            pictures.Generated.SavePngs(Path.Combine(folder, "generated"));
            ContactSheet.Compose(pictures.Generated, 8).SavePng(Path.Combine(folder, "generated.png"));
        }, progress, cancellationToken);
        AtomicFile.WriteText(Path.Combine(folder, ManifestFile), new JsonObject
        {
            ["scenario"] = ScenarioNode(scenario),
            ["config"] = ConfigNode(),
            ["model"] = runner.ModelFingerprint,
            ["weights"] = runner.Photos.Weights(scenario),
            ["protection"] = runner.Photos.Protection(scenario),
            ["photos"] = runner.Photos.People(scenario.Subject),
            ["versions"] = RunManifest.Versions(),
            ["started_utc"] = started.ToString("O"),
            ["seconds"] = Math.Round((DateTimeOffset.UtcNow - started).TotalSeconds, 1),
            ["result"] = JsonSerializer.SerializeToNode(result, Json),
        }.ToJsonString(Json) + "\n");
    }

    private ScenarioResult? Finished(Scenario scenario, ScenarioPhotos? photos = null)
    {
        var path = Path.Combine(RunFolder(scenario), ManifestFile);
        if (!File.Exists(path)) return null;
        var manifest = ReadManifest(path);
        // Results of other settings must not mix with ours.
        if (!JsonNode.DeepEquals(manifest["config"], ConfigNode()) || !JsonNode.DeepEquals(manifest["scenario"], ScenarioNode(scenario)))
            throw new InvalidDataException($"{path}: this run was made with other settings; choose another folder, or remove it.");
        if (photos is not null && !HasWeights(manifest, scenario, photos))
            throw new InvalidDataException($"{path}: this run was made with other weights or settings of the models; choose another folder, or remove it.");
        if (photos is not null && !HasPeople(manifest, scenario, photos))
            throw new InvalidDataException($"{path}: this run was made of another person's photos, of photos that have changed, or before runs noted them; choose another folder, or remove it.");
        if (photos is not null && !HasProtection(manifest, scenario, photos))
            throw new InvalidDataException($"{path}: this run was made with other settings of {scenario.Perturbation}; choose another folder, or remove it.");
        return ResultOf(path, manifest);
    }

    // "scorers X purifiers Y": only runs of one chain have the second part in common.
    private static string? Scorers(JsonObject manifest) => ((string?)manifest["weights"])?.Split(" purifiers ")[0];

    // Older runs do not say what purified and scored them.
    private static bool HasWeights(JsonObject manifest, Scenario scenario, ScenarioPhotos photos) =>
        (string?)manifest["model"] == photos.Model && ((string?)manifest["weights"] is not { } weights || weights == photos.Weights(scenario));

    // Nor do they say how the protection was set.
    private static bool HasProtection(JsonObject manifest, Scenario scenario, ScenarioPhotos photos) =>
        (string?)manifest["protection"] is not { } protection || protection == photos.Protection(scenario);

    private static bool HasPeople(JsonObject manifest, Scenario scenario, ScenarioPhotos photos) => (string?)manifest["photos"] == photos.People(scenario.Subject);

    /// <summary>Copies another study's run of this scenario; false where there is none.</summary>
    private bool TakeOver(Scenario scenario, ScenarioPhotos photos)
    {
        var wanted = ConfigNode();
        bool IsOurs(JsonObject made) => JsonNode.DeepEquals(made["config"], wanted) && HasWeights(made, scenario, photos) && HasPeople(made, scenario, photos) && HasProtection(made, scenario, photos);
        if ((others ??= new FinishedRuns(ReuseFolders)).Find(ScenarioNode(scenario), IsOurs) is not { } run) return false;
        var folder = RunFolder(scenario);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(run.Folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != ManifestFile))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(run.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        run.Manifest["taken_over_from"] = (string?)run.Manifest["scenario"]!["key"];
        run.Manifest["scenario"] = ScenarioNode(scenario);
        run.Manifest["result"]!["scenario"] = ScenarioNode(scenario);
        AtomicFile.WriteText(Path.Combine(folder, ManifestFile), run.Manifest.ToJsonString(Json) + "\n");
        return true;
    }

    internal static JsonObject ReadManifest(string path) => StoredJson.Read<JsonObject>(path, "the manifest of a run");

    private static ScenarioResult ResultOf(string path, JsonObject manifest)
    {
        try
        {
            return manifest["result"].Deserialize<ScenarioResult>(Json) ?? throw new InvalidDataException($"{path}: the manifest holds no result.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: expected the result of a run: {e.Message}", e);
        }
    }

    private static JsonNode ScenarioNode(Scenario scenario) => JsonSerializer.SerializeToNode(scenario, Json)!;

    // Through text, so that it compares equal to what was read back.
    private JsonNode ConfigNode() => JsonNode.Parse(JsonSerializer.Serialize(config, Json))!;

    private sealed class Relay(IProgress<ScenarioProgress>? outer, string key, int done, int total) : IProgress<(string Stage, double Fraction)>
    {
        public void Report((string Stage, double Fraction) value) => outer?.Report(new ScenarioProgress(key, value.Stage, value.Fraction, done, total));
    }
}
