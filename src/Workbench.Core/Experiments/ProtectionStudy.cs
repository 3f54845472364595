using System.Globalization;
using System.Text.Json;
using TorchSharp;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Vae;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Experiments;

/// <summary>
/// Every protection beside random noise at one budget: what it does to the photos themselves (latents, CLIP's view, visibility, time), and what
/// DreamBooth then draws (identity, quality, noise).
/// </summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed record ProtectionStudy
{
    /// <summary>Name of the untouched photos' row.</summary>
    public const string Clean = "clean";

    /// <summary>Names of the perturbation catalog.</summary>
    public IReadOnlyList<string> Methods { get; init; } = PerturbationCatalog.Names;

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>Seed of every run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The common bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Trains on every set of photos and scores what is drawn; without, a catalog takes minutes.</summary>
    public bool WithDreamBooth { get; init; } = true;

    /// <summary>Photos, prompts, settings of perturbations and training.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>The whole catalog on four people.</summary>
    public static ProtectionStudy Full { get; } = new();

    /// <summary>Two people and a handful of steps: shows that everything runs, measures nothing.</summary>
    public static ProtectionStudy Smoke { get; } = new() { Subjects = 2, Config = ScenarioConfig.Smoke };

    /// <summary>Measures what is not measured yet, person by person.</summary>
    /// <param name="folder">Keeps photos and runs; those of the same settings and model are not run again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">This process's part, and the folder of shared photos.</param>
    /// <param name="progress">Hears the method at work and the share of this process's part that is done.</param>
    /// <param name="cancellationToken">Stops between two steps; finished runs stay.</param>
    /// <returns>All that is measured so far, by this process and others.</returns>
    public StudyTable Run(
        string folder, ScenarioModels models, StudyWork? work = null, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        Validate();
        work ??= new StudyWork();
        var photos = new ScenarioPhotos(models, Config, work.CacheIn(folder));
        var store = new StudyRowStore(Path.Combine(folder, "photos"));
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, Config.DreamBooth.InstancePrompt, Config.Probe);
        var mine = Scenarios().GroupBy(s => s.Subject).Where(g => work.IsMine(g.Key)).SelectMany(g => g).ToArray();
        var grid = new ScenarioGrid(folder, [.. Scenarios()], Config) { ReuseFolders = work.ReuseFolders };
        if (WithDreamBooth) grid.Results(photos); // runs of other weights are refused before anything of the folder is made anew
        using var runner = WithDreamBooth ? new ScenarioRunner(models, Config, work.CacheIn(folder)) : null;
        foreach (var (scenario, at) in mine.Select((s, i) => (s, i)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = new StudyProgress(progress, scenario.Key, at, mine.Length);
            store.Fill(scenario.Key, Key(scenario, photos), () => Measure(scenario, photos, models, misalignment, part, cancellationToken));
            if (runner is not null) grid.RunOne(runner, scenario, part, cancellationToken);
        }
        var trained = WithDreamBooth ? grid.Results(photos).ToDictionary(r => r.Scenario.Key, StringComparer.Ordinal) : [];
        var rows = from scenario in Scenarios()
                   let row = store.Read(scenario.Key, Key(scenario, photos))
                   where row is not null
                   select trained.TryGetValue(scenario.Key, out var result) ? row.With(ProtectionTable.Drawn(result)) : row;
        return ProtectionTable.Of([.. rows.OrderBy(r => Methods.ToList().IndexOf(r.Name))], Budget, Config.Profile, photos.Model, Config.Probe);
    }

    /// <summary>Scores photos that are protected already, before any training.</summary>
    /// <param name="method">Name for the table; <see cref="Clean"/> for the untouched photos.</param>
    /// <param name="subject">Number of the person.</param>
    /// <param name="models">CLIP and autoencoder.</param>
    /// <param name="misalignment">CLIP's view; of the same models.</param>
    /// <param name="clean">The photos before, rounded to 8 bits.</param>
    /// <param name="published">The photos after.</param>
    /// <param name="budget">The bound that they must keep.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidOperationException">The photos exceed the budget.</exception>
    public static StudyRow Score(
        string method, int subject, ScenarioModels models, Misalignment misalignment, ImageBatch clean, ImageBatch published, LinfBudget budget,
        CancellationToken cancellationToken = default)
    {
        var audit = BudgetAudit.Measure(clean.Images(), published.Images(), budget).ThrowIfExceeded();
        var reading = misalignment.Read(method, published, cancellationToken);
        return new StudyRow
        {
            Name = method,
            Subject = subject,
            Values = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                [ProtectionTable.LatentShift] = LatentShift(models, clean, published),
                [ProtectionTable.Noise] = reading.Photo.NoiseProbability,
                [ProtectionTable.NoiseLogOdds] = reading.Photo.NoiseLogOdds,
                [ProtectionTable.ReconstructedNoise] = reading.Reconstruction.NoiseProbability,
                [ProtectionTable.ReconstructedNoiseLogOdds] = reading.Reconstruction.NoiseLogOdds,
                [ProtectionTable.Alignment] = reading.Photo.Alignment,
                [ProtectionTable.ReconstructedAlignment] = reading.Reconstruction.Alignment,
                [ProtectionTable.Psnr] = audit.MaxLevels == 0 ? [] : new Psnr().Score(published, clean),
                [ProtectionTable.MaxLevels] = [audit.MaxLevels],
            },
        };
    }

    /// <summary>Root mean square change of the latent mean of each photo, in standard deviations of the clean photos' latents.</summary>
    public static IReadOnlyList<double> LatentShift(ScenarioModels models, ImageBatch clean, ImageBatch published) => LatentShift(models.Pipeline.Vae, clean, published);

    /// <summary>The same by the autoencoder alone.</summary>
    public static IReadOnlyList<double> LatentShift(AutoencoderKL vae, ImageBatch clean, ImageBatch published) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        Tensor before = Means(vae, clean), after = Means(vae, published);
        return ((after - before).pow(2).mean([1L, 2L, 3L]).sqrt() / before.std()).to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
    });

    /// <summary>Latent means [N, C, h, w], float32, on the autoencoder's device.</summary>
    private static Tensor Means(AutoencoderKL vae, ImageBatch photos)
    {
        var weight = vae.parameters().First();
        return cat([.. photos.ToSigned().split(PicturesAtOnce.Of(photos.Height, photos.Width, most: 16), 0).Select(part => TensorScope.Run(
            () => vae.Encode(part.to(weight.dtype, weight.device)).Mean.to(ScalarType.Float32)))], 0);
    }

    private IEnumerable<Scenario> Scenarios() =>
        from subject in Enumerable.Range(0, Subjects)
        from method in Methods.Prepend(Clean)
        select Scenario.Of(method, method, Budget.Levels, subject, Seed);

    private StudyRow Measure(
        Scenario scenario, ScenarioPhotos photos, ScenarioModels models, Misalignment misalignment, IProgress<(string Stage, double Fraction)> progress, CancellationToken cancellationToken)
    {
        using var sets = photos.Sets(scenario.Subject);
        using var clean = sets.B.Quantize();
        var (pictures, cost) = photos.Protected(scenario, progress, cancellationToken);
        using var published = pictures;
        return Score(scenario.Condition, scenario.Subject, models, misalignment, clean, published, Budget, cancellationToken)
            .With(new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal) { [ProtectionTable.Seconds] = cost is null ? [] : [cost.ProcessorSeconds] });
    }

    private string Key(Scenario scenario, ScenarioPhotos photos)
    {
        var settings = scenario.IsPerturbed ? PerturbationCatalog.Create(scenario.Perturbation, Budget, Config.Profile).Settings : null;
        return string.Create(CultureInfo.InvariantCulture, $"{scenario.Key} {Budget} photos {Config.PhotosPerSet}{photos.People(scenario.Subject)} model {photos.Model} scorers {photos.Scorers} ")
            + $"prompts '{Config.DreamBooth.InstancePrompt}' '{Config.DreamBooth.ClassPrompt}' probe {JsonSerializer.Serialize(Config.Probe, ModelConfigFile.Options)} "
            + (settings is null ? "" : JsonSerializer.Serialize(settings, settings.GetType(), ModelConfigFile.Options));
    }

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        PerturbationCatalog.Require(Methods);
    }
}
