using System.Diagnostics;
using System.Globalization;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Experiments;

/// <summary>Runs scenarios: protect, purify, DreamBooth, sample, score. Scenarios share what they have in common through a cache folder.</summary>
public sealed class ScenarioRunner : IDisposable
{
    private readonly ScenarioModels models;
    private readonly ScenarioConfig config;
    private readonly ScenarioScorer scorer;
    private readonly ScenarioPhotos sets;
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
        sets = new ScenarioPhotos(models, config, cacheFolder);
        scorer = new ScenarioScorer(models, config);
    }

    /// <summary>Fingerprint of the model that scenarios attack and personalise.</summary>
    public string ModelFingerprint => sets.Model;

    /// <summary>The pictures that scenarios share, and the fingerprints of all weights.</summary>
    internal ScenarioPhotos Photos => sets;

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
        var root = ScenarioPhotos.Root(scenario);
        using var photos = sets.Sets(scenario.Subject);
        using var prior = sets.Prior(scenario, progress, cancellationToken);
        using var published = Timed("protect", seconds, () => sets.Protected(scenario, progress, cancellationToken).Pictures);
        using var training = Timed("purify", seconds, () => sets.Purified(scenario, published, progress, cancellationToken).Pictures);
        var model = Timed("train", seconds, () => Trained(own.DreamBooth, training, prior, root.For("dreambooth"), progress, cancellationToken));
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
        DreamBoothConfig dreamBooth, ImageBatch training, PriorImages? prior, Seed seed, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture,
            $"{seed} {Fingerprint.Of(training.Unit)} '{dreamBooth.InstanceTrainingPrompt}' '{dreamBooth.ClassTrainingPrompt}' '{dreamBooth.Decoupling.NegativePrompt}' {dreamBooth.PriorLossWeight}");
        if (last is { } before && before.Key == key) return before.Model;
        last?.Model.Dispose();
        last = null;
        var model = DreamBoothTrainer.Train(models.Pipeline, training, prior, dreamBooth, seed,
            progress: new Relay<DreamBoothProgress>(p => progress?.Report(("train", (double)p.Step / p.TotalSteps))), cancellationToken: cancellationToken);
        last = (key, model);
        return model;
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

    private static T Timed<T>(string stage, Dictionary<string, double> seconds, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        seconds[stage] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        return result;
    }
}

/// <summary>The pictures of a scenario while they exist.</summary>
/// <param name="Training">What the model was trained on.</param>
/// <param name="Generated">What it drew.</param>
public sealed record ScenarioPictures(ImageBatch Training, ImageBatch Generated);
