using Workbench.Analysis.Shortcuts;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Tensors;

namespace Workbench.Experiments;

/// <summary>
/// One person's photos, clean, with random noise and protected, and the experiments on them that ask whether a shortcut is learned. Every
/// training starts from the same weights and draws the same noises, so that two of them differ in what is named and in nothing else.
/// </summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed class ShortcutLab : IDisposable
{
    private readonly ScenarioModels models;
    private readonly ShortcutOptions options;
    private readonly int subject;
    private readonly Seed seed;
    private readonly CancellationToken cancellationToken;
    private readonly ShortcutJudge judge;
    private readonly FittingOrder fitting;
    private readonly List<ShortcutRow> rows = [];
    private readonly Dictionary<string, double> contrasts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ExtractedConcept>> drawn = new(StringComparer.Ordinal);
    private readonly List<IDisposable> owned = [];

    /// <summary>Makes the photos; the class pictures are drawn here too.</summary>
    /// <param name="models">Left unchanged.</param>
    /// <param name="options">Settings.</param>
    /// <param name="subject">Number of the person.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="cancellationToken">Stops any experiment between two steps.</param>
    public ShortcutLab(ScenarioModels models, ShortcutOptions options, int subject, Seed seed, CancellationToken cancellationToken = default)
    {
        (this.models, this.options, this.subject, this.seed, this.cancellationToken) = (models, options, subject, seed, cancellationToken);
        Photos = Keep(models.Photos(subject, options.PhotosPerSet));
        Prior = PriorImages.Get(models.Pipeline, Training(options.Prompts), seed.For("class"), cancellationToken: cancellationToken);
        if (Prior is not null) Keep(Prior);
        Random = Keep(Protect("random-sign", Photos.B, options.Budget));
        Protected = Keep(Protect(options.Perturbation, Photos.B, options.Budget));
        judge = Keep(new ShortcutJudge(models.Clip, models.Identity, options.Probe));
        var others = Keep(OtherPeople());
        // Draws of their own: a random start that the trained photos share would make the pattern look fitted.
        var probes = new FittingProbes(Photos.C, others, Keep(Protect(options.Perturbation, others, options.Budget, "others")));
        fitting = Keep(new FittingOrder(models.Pipeline, probes, seed.For("fitting")));
    }

    /// <summary>The person's photos: B is trained on, C is the reference.</summary>
    public SubjectPhotos Photos { get; }

    /// <summary>Photos B with random noise of the protection's size: the control.</summary>
    public ImageBatch Random { get; }

    /// <summary>Photos B, protected.</summary>
    public ImageBatch Protected { get; }

    /// <summary>Pictures for prior preservation, the same for every training; null without it.</summary>
    public PriorImages? Prior { get; }

    /// <summary>All that was measured so far.</summary>
    public IReadOnlyList<ShortcutRow> Rows => rows;

    /// <summary>What each training drew last; the pictures live as long as this lab.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ExtractedConcept>> Drawn => drawn;

    /// <summary>Trains, and measures on the way what is fitted first and where the gradient goes.</summary>
    /// <param name="name">Name of the training, for tables.</param>
    /// <param name="photos">What to train on.</param>
    /// <param name="decoupling">Contrastive decoupling; null for none.</param>
    /// <param name="identifier">Another identifier; null for the usual one.</param>
    /// <param name="isSide">True for a side training of fewer steps, without measurements on the way.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <returns>The model; the caller disposes it.</returns>
    public PersonalizedModel Train(
        string name, ImageBatch photos, ContrastiveDecoupling? decoupling = null, string? identifier = null, bool isSide = false, IProgress<DreamBoothProgress>? progress = null)
    {
        var prompts = options.Prompts with { Identifier = identifier ?? options.Prompts.Identifier };
        var steps = isSide ? Math.Max(1, (int)(options.DreamBooth.MaxTrainSteps * options.SideSteps)) : options.DreamBooth.MaxTrainSteps;
        var config = Training(prompts) with { Decoupling = decoupling ?? ContrastiveDecoupling.Off, MaxTrainSteps = steps };
        using var latents = LatentCache.Encode(models.Pipeline.Vae, photos, cancellationToken);
        contrasts[name] = PictureContrast.Of(photos).Average();
        fitting.Restart();
        void Watch(int step, DreamBoothTraining training)
        {
            var (at, point) = ((double)step / steps, fitting.Measure(step, training));
            Note(ShortcutExperiment.Fitting, name, "identity", "loss", point.Identity, at);
            Note(ShortcutExperiment.Fitting, name, "noise", "loss", point.Noise, at);
            var gradients = TokenGradients.Measure(training, models.Pipeline, config.InstanceTrainingPrompt, latents, seed.For("gradient"));
            Note(ShortcutExperiment.Gradient, name, "identifier", "share", gradients.Share(prompts.Identifier, models.Pipeline.Tokenizer!.Tokens), at);
        }
        return WatchedTraining.Run(models.Pipeline, photos, Prior, config, seed.For("dreambooth"), isSide ? [] : WatchedTraining.Moments(steps), Watch, progress, cancellationToken);
    }

    /// <summary>Draws from each prompt, and scores; contrast only where this lab trained the model, for it is relative to the photos.</summary>
    /// <param name="name">Name of the training.</param>
    /// <param name="model">What it gave.</param>
    /// <param name="prompts">Prompts; null for the four of the paper, the swap test's, those of identifier and class with the noise token, and the training prompt.</param>
    /// <returns>One entry a prompt; the pictures are freed with this lab.</returns>
    public IReadOnlyList<ExtractedConcept> Extract(string name, PersonalizedModel model, IReadOnlyList<string>? prompts = null)
    {
        var words = options.Prompts;
        prompts ??= [.. words.All.Concat(
            [options.Swapped.IdentifierAndClass, words.WithNoiseToken(words.IdentifierAndClass), words.WithNoiseToken(words.ClassAlone), model.Config.InstanceTrainingPrompt]).Distinct(StringComparer.Ordinal)];
        var found = ConceptExtraction.Run(model, prompts, options.Sampling, judge, Photos.C, seed.For("sample"), cancellationToken);
        foreach (var concept in found)
        {
            Keep(concept);
            Note(ShortcutExperiment.Extraction, name, concept.Prompt, "noise_log_odds", concept.Scores.NoiseLogOdds);
            Note(ShortcutExperiment.Extraction, name, concept.Prompt, "identity", concept.Scores.Identity);
            if (contrasts.TryGetValue(name, out var trained)) Note(ShortcutExperiment.Extraction, name, concept.Prompt, "contrast", PictureContrast.Ratio(concept.Pictures, trained));
        }
        drawn[name] = found;
        return found;
    }

    /// <summary>Compares the frequencies of generations with those of the protection.</summary>
    /// <param name="name">Name of the training.</param>
    /// <param name="pictures">What it drew.</param>
    /// <param name="control">What the training on clean photos drew.</param>
    /// <returns>The correlation of each picture.</returns>
    public IReadOnlyList<double> MatchSpectrum(string name, ImageBatch pictures, ImageBatch control)
    {
        var match = TextureSpectrum.Match(pictures, control, TextureSpectrum.Signature(Photos.B, Protected));
        Note(ShortcutExperiment.Spectrum, name, "match", "correlation", match);
        return match;
    }

    /// <summary>Trains on photos protected more and less strongly, and draws at two moments of each training.</summary>
    public IReadOnlyList<DoseCell> Doses(IProgress<DoseCell>? progress = null)
    {
        var steps = Math.Max(2, (int)(options.DreamBooth.MaxTrainSteps * options.SideSteps));
        var sets = options.Doses.Select(levels => (levels, Keep(Protect(options.Perturbation, Photos.B, LinfBudget.Of255(levels))))).Prepend((0, Photos.B)).ToArray();
        var cells = DoseResponse.Run(models.Pipeline, sets, [steps / 2, steps], Prior, Training(options.Prompts), options.Sampling, judge, Photos.C, seed.For("dose"), progress, cancellationToken);
        foreach (var cell in cells)
        {
            Note(ShortcutExperiment.Dose, $"{cell.Levels:0.###}", options.Prompts.IdentifierAndClass, "noise_log_odds", cell.Scores.NoiseLogOdds, cell.Steps);
            Note(ShortcutExperiment.Dose, $"{cell.Levels:0.###}", options.Prompts.IdentifierAndClass, "identity", cell.Scores.Identity, cell.Steps);
        }
        return cells;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = owned.Count - 1; i >= 0; i--) owned[i].Dispose();
        owned.Clear();
    }

    private void Note(string experiment, string training, string condition, string score, IReadOnlyList<double> values, double x = 0) =>
        rows.Add(new ShortcutRow(experiment, training, condition, score, x, subject, values));

    // The words of a training come from one place.
    private DreamBoothConfig Training(ExtractionPrompts prompts) => options.DreamBooth with { InstancePrompt = prompts.IdentifierAndClass, ClassPrompt = prompts.ClassAlone };

    private ImageBatch Protect(string name, ImageBatch photos, LinfBudget budget, string? draws = null)
    {
        var training = Training(options.Prompts);
        var context = new PerturbationContext(models.Pipeline)
        {
            CleanReferences = photos == Photos.B ? Photos.A : null,
            ClassImages = Prior?.Class,
            InstancePrompt = training.InstancePrompt,
            ClassPrompt = training.ClassPrompt,
        };
        var own = seed.For(name);
        return PerturbationCatalog.Create(name, budget, options.Profile).Protect(photos, context, draws is null ? own : own.For(draws), cancellationToken: cancellationToken);
    }

    private ImageBatch OtherPeople()
    {
        var photos = new List<ImageBatch>();
        for (var k = 1; k <= options.Others; k++)
        {
            using var person = models.Photos(subject + k, 1);
            photos.Add(person.B.Quantize());
        }
        var all = ImageBatch.Concat(photos);
        foreach (var photo in photos) photo.Dispose();
        return all;
    }

    private T Keep<T>(T thing) where T : IDisposable
    {
        owned.Add(thing);
        return thing;
    }
}
