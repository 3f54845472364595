using System.Globalization;
using System.Text.Json;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Experiments;

/// <summary>The pictures that scenarios and studies share: class pictures, protected photos, purified photos. Each set is made once and kept as files.</summary>
public sealed class ScenarioPhotos
{
    private readonly ScenarioModels models;
    private readonly ScenarioConfig config;
    private readonly string folder;
    private readonly PictureCache cache;
    private readonly Lazy<string> model, scorers;
    private readonly PurifierChains chains;
    private readonly Dictionary<int, string> people = [];

    /// <summary>Photos with one set of models and settings.</summary>
    /// <param name="models">Left unchanged.</param>
    /// <param name="config">Photos a set, prompts, settings of protections.</param>
    /// <param name="folder">Keeps the sets; may be shared by processes and studies.</param>
    public ScenarioPhotos(ScenarioModels models, ScenarioConfig config, string folder)
    {
        (this.models, this.config, this.folder, cache) = (models, config, folder, new PictureCache(folder));
        model = new Lazy<string>(() => $"{Fingerprint.Of(models.Pipeline.UNet)[..16]}-{Fingerprint.Of(models.Pipeline.Vae)[..16]}-{Fingerprint.Of(models.Pipeline.TextEncoder)[..16]}{Settings()}");
        scorers = new Lazy<string>(models.ScorersFingerprint);
        chains = models.Chains();
    }

    /// <summary>Fingerprint of the model that is attacked.</summary>
    public string Model => model.Value;

    /// <summary>How a user's model is set beside its weights, for that may be corrected; the mini world's stays as it is.</summary>
    private string Settings() => models.DrawsItsPeople ? "" : "-" + Fingerprint.OfText(JsonSerializer.Serialize(
        new { Scheduler = models.Pipeline.Scheduler.Config, Vae = models.Pipeline.Vae.Config, UNet = models.Pipeline.UNet.Config, Text = models.Pipeline.TextEncoder.Config }, ModelConfigFile.Options))[..16];

    /// <summary>Fingerprint of a person's photos, which a user may change or name otherwise; null for the mini world's people, whom their number names.</summary>
    public string? People(int subject)
    {
        if (models.DrawsItsPeople) return null;
        if (people.TryGetValue(subject, out var known)) return known;
        using var sets = Sets(subject);
        return people[subject] = Fingerprint.OfText(string.Join('-', new[] { sets.A, sets.B, sets.C }.Select(set => Fingerprint.Of(set.Unit))))[..16];
    }

    /// <summary>Fingerprint of what scores pictures.</summary>
    public string Scorers => scorers.Value;

    /// <summary>Fingerprint of the weights and settings that a purifier chain reads.</summary>
    /// <param name="chain">As <see cref="PurifierChain.Parse"/> reads it.</param>
    public string PurifierWeights(string chain) => chains.Weights(chain);

    /// <summary>Fingerprint of what purifies and scores a scenario, beside <see cref="Model"/>: results of other weights must not mix.</summary>
    public string Weights(Scenario scenario) => $"scorers {Scorers} purifiers {chains.Weights(scenario.Purifier)}{(scenario.Through is { } through ? $" {chains.Weights(through)}" : "")}";

    /// <summary>A person's photo sets.</summary>
    public SubjectPhotos Sets(int subject) => models.Photos(subject, config.PhotosPerSet);

    /// <summary>One set of pictures for prior preservation for all scenarios, so that they differ in nothing but what is studied; null without prior preservation.</summary>
    /// <param name="scenario">Says the negative prompt; the class pictures do not depend on it.</param>
    /// <param name="progress">Hears how much is drawn.</param>
    /// <param name="cancellationToken">Stops between two sampling steps.</param>
    public PriorImages? Prior(Scenario scenario, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        using var taken = FolderLock.Acquire(Path.Combine(folder, "class.lock"), cancellationToken);
        return PriorImages.Get(models.Pipeline, config.DreamBooth with { Decoupling = scenario.Decoupling }, new Seed(0).For("class images"),
            Path.Combine(folder, "class"), new Relay<DenoisingProgress>(p => progress?.Report(("class pictures", p.Fraction))), cancellationToken);
    }

    /// <summary>Set B as the scenario publishes it, in 8 bits, and what protecting it took; null where that is not known.</summary>
    public (ImageBatch Pictures, PictureCost? Cost) Protected(
        Scenario scenario, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        using var photos = Sets(scenario.Subject);
        if (!scenario.IsPerturbed) return (photos.B.Quantize(), new PictureCost(0, 0));
        var root = Root(scenario);
        var plain = Plain(scenario);
        var perturbation = Perturbation(scenario, plain, photos.B);
        var settings = Settings(perturbation);
        var key = $"{perturbation.Name} {perturbation.Budget} seed {root} model {Model} photos {Fingerprint.Of(photos.B.Unit)}\n{settings}\n{Surroundings(plain, photos)}"
            + (scenario.Through is null ? "" : $"purifiers {chains.Weights(scenario.Through)}\n") + (scenario.KnowsDecoupling ? scenario.Decoupling : "");
        return cache.Get(Name(scenario), key, photos.B.Count, () =>
        {
            using var prior = plain is SurrogatePerturbation ? Prior(scenario, progress, cancellationToken) : null;
            var context = new PerturbationContext(models.Pipeline)
            {
                CleanReferences = photos.A,
                ClassImages = prior?.Class,
                InstancePrompt = config.DreamBooth.InstancePrompt,
                ClassPrompt = config.DreamBooth.ClassPrompt,
                Decoupling = scenario.KnowsDecoupling ? scenario.Decoupling : ContrastiveDecoupling.Off,
                PerceptualDistance = Lpips(plain),
            };
            return PictureCost.Measure(() => perturbation.Protect(photos.B, context, root.For("protect"),
                new Relay<PerturbationProgress>(p => progress?.Report(("protect", (double)p.Step / p.TotalSteps))), cancellationToken));
        }, cancellationToken);
    }

    /// <summary>What the scenario trains on, in 8 bits, and what purifying took, without reading the networks; null where that is not known.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="published">Its <see cref="Protected"/> photos.</param>
    /// <param name="progress">Hears how much is done.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    public (ImageBatch Pictures, PictureCost? Cost) Purified(
        Scenario scenario, ImageBatch published, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        if (scenario.Purifier == "none") return (published.Quantize(), new PictureCost(0, 0));
        var root = Root(scenario);
        var key = $"{scenario.Purifier} seed {root} photos {Fingerprint.Of(published.Unit)} weights {chains.Weights(scenario.Purifier)}\n";
        using var photos = Sets(scenario.Subject);
        var chain = chains.Of(scenario.Purifier, photos.B);
        return cache.Get($"{Name(scenario)}_{scenario.Purifier}", key, published.Count, () => PictureCost.Measure(() => chain.Purify(published, root.For("purify"),
            new Relay<PurificationProgress>(p => progress?.Report(("purify", (double)p.Done / p.Total))), cancellationToken)), cancellationToken);
    }

    internal static Seed Root(Scenario scenario) => new Seed(scenario.Seed).For(scenario.Subject);

    /// <summary>The settings of the scenario's protection as one text; null where there is none.</summary>
    internal string? Protection(Scenario scenario)
    {
        if (!scenario.IsPerturbed) return null;
        var through = scenario.Through is { } chain ? string.Create(CultureInfo.InvariantCulture, $"through {chain}, {Samples(chain)} samples, revision {AdaptiveAttack.Revision}\n") : "";
        return through + Settings(Plain(scenario));
    }

    // Expectation over transformation, where there is something to average.
    private int Samples(string chain) => PurifierChain.IsRandom(chain, models.Purifiers) ? AdaptiveAttack.DefaultSamples : 1;

    private IPerturbation Plain(Scenario scenario) => PerturbationCatalog.Create(scenario.Perturbation, LinfBudget.Of255(scenario.BudgetLevels), config.Profile);

    private IPerturbation Perturbation(Scenario scenario, IPerturbation plain, ImageBatch clean) => scenario.Through is { } chain
        ? new AdaptiveAttack(plain, chains.Of(chain, clean), Samples(chain)) : plain;

    private static string Settings(IPerturbation perturbation) => JsonSerializer.Serialize(perturbation.Settings, perturbation.Settings.GetType(), ModelConfigFile.Options);

    // What a protector sees beside the photos: the prompts, the clean references, and the settings of the class pictures where a surrogate is trained.
    private string Surroundings(IPerturbation perturbation, SubjectPhotos photos)
    {
        var dreamBooth = config.DreamBooth;
        var classImages = perturbation is SurrogatePerturbation && dreamBooth.WithPriorPreservation ? JsonSerializer.Serialize(dreamBooth.ClassSampling, ModelConfigFile.Options) : "none";
        return $"prompts '{dreamBooth.InstancePrompt}' '{dreamBooth.ClassPrompt}' references {Fingerprint.Of(photos.A.Unit)} class pictures {classImages}\n"
            + (Lpips(perturbation) is null ? "" : $"bound {models.Purifiers.PerceptualName}\n");
    }

    // Glaze is bounded as published where the networks for it were given; the mini world's stand-in for them was made for purifiers.
    private Func<Tensor, Tensor, Tensor>? Lpips(IPerturbation perturbation) =>
        perturbation is Glaze && models.Purifiers.HasLpips ? models.Purifiers.PerceptualDistance : null;

    private static string Name(Scenario scenario) => scenario.IsPerturbed
        ? string.Create(CultureInfo.InvariantCulture, $"photos/{scenario.Perturbation}{(scenario.Through is { } chain ? $"-through-{chain}" : "")}{(scenario.KnowsDecoupling ? "-and-decoupling" : "")}-{scenario.BudgetLevels:0.###}_subject{scenario.Subject}_seed{scenario.Seed}")
        : $"photos/clean_subject{scenario.Subject}_seed{scenario.Seed}";
}
