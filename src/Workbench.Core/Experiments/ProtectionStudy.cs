using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Experiments;

/// <summary>
/// Every protection beside random noise at one budget, judged by what it does to the photos themselves: latents, CLIP's view, visibility, time.
/// Nothing is trained on them, so that the whole catalog can be compared in minutes.
/// </summary>
public sealed record ProtectionStudy
{
    /// <summary>Name of the untouched photos' row.</summary>
    public const string Clean = "clean";

    private static readonly JsonSerializerOptions Json = ModelConfigFile.Options;

    /// <summary>Names of the perturbation catalog.</summary>
    public IReadOnlyList<string> Methods { get; init; } = PerturbationCatalog.Names;

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>The common bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Settings of the perturbations.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>Photos, prompts, class pictures and probe; the same as in scenarios.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>The whole catalog on four people.</summary>
    public static ProtectionStudy Full { get; } = new();

    /// <summary>Two people and a handful of steps: shows that everything runs, measures nothing.</summary>
    public static ProtectionStudy Smoke { get; } = new() { Subjects = 2, Profile = Profile.Smoke, Config = ScenarioConfig.Smoke };

    /// <summary>Measures what is not measured yet.</summary>
    /// <param name="folder">Keeps a file a method and person in <c>runs/</c>; those of the same settings and model are not run again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="seed">Of class pictures and perturbations.</param>
    /// <param name="pictures">Receives method, person and protected photos before they are freed; null where only scores matter.</param>
    /// <param name="progress">Hears the method at work and the share of the whole that is done.</param>
    /// <param name="cancellationToken">Stops between two steps; finished runs stay.</param>
    public ProtectionReport Run(
        string folder, ScenarioModels models, Seed seed, Action<string, int, ImageBatch>? pictures = null, IProgress<(string Stage, double Fraction)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Validate();
        var model = $"{Fingerprint.Of(models.Pipeline.UNet)[..16]}-{Fingerprint.Of(models.Pipeline.Vae)[..16]}";
        var hasSurrogates = Methods.Any(m => PerturbationCatalog.Create(m, Budget, Profile) is SurrogatePerturbation);
        using var classImages = Config.DreamBooth.WithPriorPreservation && hasSurrogates
            ? ClassImages.Get(models.Pipeline, Config.DreamBooth.ClassPrompt, Config.DreamBooth.ClassSampling, seed.For("class images"), cancellationToken: cancellationToken)
            : null;
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, Config.DreamBooth.InstancePrompt, Config.Probe);
        var scores = new List<ProtectionScore>();
        var names = Methods.Prepend(Clean).ToArray();
        foreach (var (name, at) in names.Select((n, i) => (n, i)))
            for (var subject = 0; subject < Subjects; subject++)
            {
                var done = (at * Subjects + subject) / (double)(names.Length * Subjects);
                progress?.Report(($"{name}, person {subject.ToString(CultureInfo.InvariantCulture)}", done));
                var method = name == Clean ? null : PerturbationCatalog.Create(name, Budget, Profile);
                var key = Key(method, model, seed);
                var file = Path.Combine(folder, "runs", $"{name}_subject{subject.ToString(CultureInfo.InvariantCulture)}.json");
                if (ReadRun(file, key) is not { } score)
                {
                    score = Measure(method, subject, models, classImages, misalignment, seed.For(subject), pictures, cancellationToken);
                    AtomicFile.WriteText(file, JsonSerializer.Serialize(new StoredRun(key, score), Json) + "\n");
                }
                scores.Add(score);
            }
        return new ProtectionReport(scores) { BudgetLevels = Budget.Levels, Profile = Profile.ToString(), Model = model };
    }

    private ProtectionScore Measure(
        IPerturbation? method, int subject, ScenarioModels models, ImageBatch? classImages, Misalignment misalignment, Seed seed,
        Action<string, int, ImageBatch>? pictures, CancellationToken cancellationToken)
    {
        using var photos = models.Photos(subject, Config.PhotosPerSet);
        using var clean = photos.B.Quantize();
        var context = new PerturbationContext(models.Pipeline)
        {
            CleanReferences = photos.A, ClassImages = classImages, InstancePrompt = Config.DreamBooth.InstancePrompt, ClassPrompt = Config.DreamBooth.ClassPrompt,
        };
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        using var published = method?.Protect(clean, context, seed.For(method.Name), cancellationToken: cancellationToken) ?? clean.Quantize();
        var (seconds, processor) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        pictures?.Invoke(method?.Name ?? Clean, subject, published);
        return Score(method?.Name ?? Clean, subject, models, misalignment, clean, published, Budget, cancellationToken) with
        {
            Seconds = Math.Round(seconds, 2), ProcessorSeconds = Math.Round(processor, 2),
        };
    }

    /// <summary>Scores photos that are protected already.</summary>
    /// <param name="method">Name for the table; <see cref="Clean"/> for the untouched photos.</param>
    /// <param name="subject">Number of the person.</param>
    /// <param name="models">CLIP and autoencoder.</param>
    /// <param name="misalignment">CLIP's view; of the same models.</param>
    /// <param name="clean">The photos before, rounded to 8 bits.</param>
    /// <param name="published">The photos after.</param>
    /// <param name="budget">The bound that they must keep.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidOperationException">The photos exceed the budget.</exception>
    public static ProtectionScore Score(
        string method, int subject, ScenarioModels models, Misalignment misalignment, ImageBatch clean, ImageBatch published, LinfBudget budget,
        CancellationToken cancellationToken = default)
    {
        var audit = BudgetAudit.Measure(clean.Images(), published.Images(), budget).ThrowIfExceeded();
        var reading = misalignment.Read(method, published, cancellationToken);
        return new ProtectionScore
        {
            Method = method,
            Subject = subject,
            LatentShift = LatentShift(models, clean, published),
            Noise = reading.Photo.NoiseProbability,
            NoiseLogOdds = reading.Photo.NoiseLogOdds,
            ReconstructedNoise = reading.Reconstruction.NoiseProbability,
            ReconstructedNoiseLogOdds = reading.Reconstruction.NoiseLogOdds,
            Psnr = audit.MaxLevels == 0 ? [] : new Psnr().Score(published, clean),
            MaxLevels = audit.MaxLevels,
        };
    }

    /// <summary>Root mean square change of the latent mean of each photo, in standard deviations of the clean photos' latents.</summary>
    public static IReadOnlyList<double> LatentShift(ScenarioModels models, ImageBatch clean, ImageBatch published) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        var vae = models.Pipeline.Vae;
        Tensor before = vae.Encode(clean.ToSigned()).Mean, after = vae.Encode(published.ToSigned()).Mean;
        return ((after - before).pow(2).mean([1L, 2L, 3L]).sqrt() / before.std()).to(ScalarType.Float64).data<double>().ToArray();
    });

    private string Key(IPerturbation? method, string model, Seed seed)
    {
        var settings = method is null ? "" : JsonSerializer.Serialize(method.Settings, method.Settings.GetType(), Json);
        return string.Create(CultureInfo.InvariantCulture, $"{method?.Name ?? Clean} {Budget} photos {Config.PhotosPerSet} seed {seed} model {model} {settings}");
    }

    private static ProtectionScore? ReadRun(string file, string key) =>
        File.Exists(file) && JsonSerializer.Deserialize<StoredRun>(File.ReadAllText(file), Json) is { } run && run.Key == key ? run.Score : null;

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        if (Methods.FirstOrDefault(m => !PerturbationCatalog.Names.Contains(m, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"Unknown perturbation '{unknown}'; there are: {string.Join(", ", PerturbationCatalog.Names)}.");
    }

    private sealed record StoredRun(string Key, ProtectionScore Score);
}
