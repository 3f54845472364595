using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Runs scenarios: protect, purify, DreamBooth, sample, score. Scenarios share what they have in common through a cache folder.</summary>
public sealed class ScenarioRunner : IDisposable
{
    private readonly ScenarioModels models;
    private readonly ScenarioConfig config;
    private readonly string cacheFolder;
    private readonly PictureCache cache;
    private readonly ScenarioScorer scorer;
    private readonly Lazy<string> modelPrint;
    private (string Key, PersonalizedModel Model)? last;

    /// <summary>A runner with one set of models and settings.</summary>
    /// <param name="models">Left unchanged.</param>
    /// <param name="config">Common settings.</param>
    /// <param name="cacheFolder">Keeps class pictures, protected and purified photos; may be shared by processes.</param>
    public ScenarioRunner(ScenarioModels models, ScenarioConfig config, string cacheFolder)
    {
        config.DreamBooth.Validate();
        config.Sampling.Validate();
        this.models = models;
        this.config = config;
        this.cacheFolder = cacheFolder;
        cache = new PictureCache(cacheFolder);
        scorer = new ScenarioScorer(models, config);
        modelPrint = new Lazy<string>(() => $"{Fingerprint.Of(models.Pipeline.UNet)[..16]}-{Fingerprint.Of(models.Pipeline.Vae)[..16]}-{Fingerprint.Of(models.Pipeline.TextEncoder)[..16]}");
    }

    /// <summary>Fingerprint of the model that scenarios attack and personalise.</summary>
    public string ModelFingerprint => modelPrint.Value;

    /// <summary>Runs one scenario.</summary>
    /// <param name="scenario">What to run.</param>
    /// <param name="samples">Receives the generated pictures, before they are freed; null where only scores matter.</param>
    /// <param name="progress">Hears the stage and how much of it is done.</param>
    /// <param name="cancellationToken">Stops between two steps of any stage.</param>
    public ScenarioResult Run(
        Scenario scenario, Action<ScenarioPictures>? samples = null, IProgress<(string Stage, double Fraction)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        scenario.Validate();
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        var own = config.For(scenario);
        var root = new Seed(scenario.Seed).For(scenario.Subject);
        using var photos = models.Photos(scenario.Subject, config.PhotosPerSet);
        using var classImages = Class(progress, cancellationToken);
        using var published = Timed("protect", seconds, () => Protected(scenario, photos, classImages, root, progress, cancellationToken));
        using var training = Timed("purify", seconds, () => Purified(scenario, published, photos, root, progress, cancellationToken));
        var model = Timed("train", seconds, () => Trained(own.DreamBooth, training, classImages, root.For("dreambooth"), progress, cancellationToken));
        using var drawn = Timed("sample", seconds, () => model.Generate(own.Prompts, own.Sampling, root.For("sample"), scenario.Decoupling,
            new Relay<DenoisingProgress>(p => progress?.Report(("sample", p.Fraction))), cancellationToken: cancellationToken));
        var result = Timed("score", seconds, () => Score(scenario, photos, published, training, model, drawn, seconds));
        samples?.Invoke(new ScenarioPictures(training, drawn));
        progress?.Report(("score", 1));
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scorer.Dispose();
        last?.Model.Dispose();
    }

    /// <summary>The personalised model; that of the run before where only the sampling differs.</summary>
    private PersonalizedModel Trained(
        DreamBoothConfig dreamBooth, ImageBatch training, ImageBatch? classImages, Seed seed, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture,
            $"{seed} {Fingerprint.Of(training.Unit)} '{dreamBooth.InstanceTrainingPrompt}' '{dreamBooth.ClassTrainingPrompt}' {dreamBooth.PriorLossWeight}");
        if (last is { } before && before.Key == key) return before.Model;
        last?.Model.Dispose();
        last = null;
        var model = DreamBoothTrainer.Train(models.Pipeline, training, classImages, dreamBooth, seed,
            progress: new Relay<DreamBoothProgress>(p => progress?.Report(("train", (double)p.Step / p.TotalSteps))), cancellationToken: cancellationToken);
        last = (key, model);
        return model;
    }

    private ImageBatch? Class(IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        if (!config.DreamBooth.WithPriorPreservation) return null;
        // One set for all scenarios, so that they differ in nothing but what is studied.
        using var taken = FolderLock.Acquire(Path.Combine(cacheFolder, "class.lock"), cancellationToken);
        return ClassImages.Get(models.Pipeline, config.DreamBooth.ClassPrompt, config.DreamBooth.ClassSampling, new Seed(0).For("class images"),
            Path.Combine(cacheFolder, "class"), new Relay<DenoisingProgress>(p => progress?.Report(("class pictures", p.Fraction))), cancellationToken);
    }

    private ImageBatch Protected(
        Scenario scenario, SubjectPhotos photos, ImageBatch? classImages, Seed root, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        if (!scenario.IsPerturbed) return photos.B.Quantize();
        var perturbation = PerturbationCatalog.Create(scenario.Perturbation, LinfBudget.Of255(scenario.BudgetLevels), config.Profile);
        if (scenario.Through is { } chain) perturbation = new AdaptiveAttack(perturbation, PurifierChain.Parse(chain, models.Purifiers), samples: 1);
        var settings = JsonSerializer.Serialize(perturbation.Settings, perturbation.Settings.GetType(), ModelConfigFile.Options);
        var key = $"{perturbation.Name} {perturbation.Budget} seed {root} model {ModelFingerprint} photos {Fingerprint.Of(photos.B.Unit)}\n{settings}\n{(scenario.KnowsDecoupling ? scenario.Decoupling : "")}";
        return cache.Get(PhotoFolder(scenario), key, () =>
        {
            var context = new PerturbationContext(models.Pipeline)
            {
                CleanReferences = photos.A,
                ClassImages = classImages,
                InstancePrompt = config.DreamBooth.InstancePrompt,
                ClassPrompt = config.DreamBooth.ClassPrompt,
                Decoupling = scenario.KnowsDecoupling ? scenario.Decoupling : ContrastiveDecoupling.Off,
            };
            return perturbation.Protect(photos.B, context, root.For("protect"),
                new Relay<PerturbationProgress>(p => progress?.Report(("protect", (double)p.Step / p.TotalSteps))), cancellationToken);
        }, cancellationToken);
    }

    private ImageBatch Purified(
        Scenario scenario, ImageBatch published, SubjectPhotos photos, Seed root, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var key = $"{scenario.Purifier} seed {root} photos {Fingerprint.Of(published.Unit)}\n";
        if (scenario.Purifier == "none") return published.Quantize();
        return cache.Get($"{PhotoFolder(scenario)}_{scenario.Purifier}", key, () =>
            PurifierChain.Parse(scenario.Purifier, models.Purifiers with { Clean = photos.B }).Purify(published, root.For("purify"),
                new Relay<PurificationProgress>(p => progress?.Report(("purify", (double)p.Done / p.Total))), cancellationToken), cancellationToken);
    }

    private ScenarioResult Score(
        Scenario scenario, SubjectPhotos photos, ImageBatch published, ImageBatch training, PersonalizedModel model, ImageBatch drawn, Dictionary<string, double> seconds)
    {
        var prompts = config.For(scenario).Prompts.SelectMany(p => Enumerable.Repeat(p, config.Sampling.ImagesPerPrompt)).ToArray();
        var (noise, reconstructed) = scorer.Noise(training);
        using var clean = photos.B.Quantize();
        var audit = BudgetAudit.Measure(clean.Images(), published.Images(), LinfBudget.Of255(scenario.BudgetLevels)).ThrowIfExceeded();
        return new ScenarioResult
        {
            Scenario = scenario,
            Images = scorer.Score(drawn, prompts, photos.C),
            TrainingNoise = noise,
            TrainingNoiseReconstructed = reconstructed,
            TrainingPsnr = new Psnr().Score(training, clean).Average(),
            MaxLevels = audit.MaxLevels,
            FinalLoss = model.Log.TakeLast(Math.Max(1, model.Log.Count / 4)).Average(p => p.Loss),
            Seconds = seconds,
        };
    }

    private static string PhotoFolder(Scenario scenario) => scenario.IsPerturbed
        ? string.Create(CultureInfo.InvariantCulture, $"photos/{scenario.Perturbation}{(scenario.Through is { } chain ? $"-through-{chain}" : "")}{(scenario.KnowsDecoupling ? "-and-decoupling" : "")}-{scenario.BudgetLevels:0.###}_subject{scenario.Subject}_seed{scenario.Seed}")
        : $"photos/clean_subject{scenario.Subject}_seed{scenario.Seed}";

    private static T Timed<T>(string stage, Dictionary<string, double> seconds, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        seconds[stage] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        return result;
    }

    private sealed class Relay<T>(Action<T> handler) : IProgress<T>
    {
        public void Report(T value) => handler(value);
    }
}

/// <summary>The pictures of a scenario while they exist.</summary>
/// <param name="Training">What the model was trained on.</param>
/// <param name="Generated">What it drew.</param>
public sealed record ScenarioPictures(ImageBatch Training, ImageBatch Generated);
