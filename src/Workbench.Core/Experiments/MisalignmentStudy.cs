using System.Globalization;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Tensors;

namespace Workbench.Experiments;

/// <summary>
/// The paper's displacement figure as an experiment: the photos of held-out people clean, with random noise, protected and purified, each
/// read by <see cref="Misalignment"/>. Nothing is trained on them.
/// </summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record MisalignmentStudy
{
    /// <summary>Name of the untouched photos.</summary>
    public const string Clean = "clean";

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 8;

    /// <summary>Photos a person.</summary>
    public int PhotosPerSet { get; init; } = 4;

    /// <summary>Size of random noise and protections.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Names of the perturbation catalog; random noise belongs among them as the control.</summary>
    public IReadOnlyList<string> Perturbations { get; init; } = ["random-sign", "encoder", "mist-textural", "glaze", "advdm", "fsmg", "aspl"];

    /// <summary>
    /// Purifier chains, each applied to the photos of every perturbation of <see cref="Purified"/>; those whose network the model folder lacks are left out.
    /// </summary>
    public IReadOnlyList<string> Purifiers { get; init; } = ["gau", "jpeg", "tvm", "ddspure", "code", "sr", "code-sr"];

    /// <summary>What is purified: <see cref="Clean"/> as a control, and perturbations.</summary>
    public IReadOnlyList<string> Purified { get; init; } = [Clean, "encoder", "aspl"];

    /// <summary>The prompt that alignment is measured to.</summary>
    public string TrainingPrompt { get; init; } = "a photo of sks person";

    /// <summary>The two concepts.</summary>
    public ConceptProbeConfig Probe { get; init; } = ConceptProbeConfig.OneWord;

    /// <summary>Settings of the perturbations.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>The training that surrogates imitate: its prompts and class pictures.</summary>
    public DreamBoothConfig DreamBooth { get; init; } = DreamBoothConfig.MiniWorld;

    /// <summary>Eight people, random noise and six protections, every quick purifier: about twenty minutes, most of it FSMG and ASPL.</summary>
    public static MisalignmentStudy Full { get; } = new();

    /// <summary>Four people, two quick protections, of which CLIP sees Mist's texture after the autoencoder and the encoder attack hardly: about a minute.</summary>
    public static MisalignmentStudy Smoke { get; } = new()
    {
        Subjects = 4, Perturbations = ["random-sign", "encoder", "mist-textural"], Purified = [Clean, "mist-textural"], Purifiers = ["gau", "jpeg", "tvm", "code-sr"],
    };

    /// <summary>The name of purified photos: <c>encoder → sr</c>.</summary>
    public static string PurifiedName(string what, string purifier) => $"{what} → {purifier}";

    /// <summary>Measures every condition on every person.</summary>
    /// <param name="models">Left unchanged.</param>
    /// <param name="seed">Of perturbations and purifiers; a person's photos depend on the person alone.</param>
    /// <param name="pictures">Receives the photos of each condition and person before they are freed; null where only readings matter.</param>
    /// <param name="progress">Hears of every condition of every person as it is begun.</param>
    /// <param name="cancellationToken">Stops between two steps of any stage.</param>
    public MisalignmentReport Run(
        ScenarioModels models, Seed seed, Action<string, int, ImageBatch>? pictures = null, IProgress<(string Stage, double Fraction)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Validate();
        var study = Among(models);
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, TrainingPrompt, Probe);
        var chains = models.Chains();
        using var prior = Prior(models, seed, cancellationToken);
        var entries = Enumerable.Range(0, Subjects).SelectMany(subject => study.Read(models, chains, misalignment, subject, seed, prior?.Class, pictures, progress, cancellationToken));
        return Report([.. entries], models.WeightsFingerprint());
    }

    /// <summary>Measures people that are not measured yet, one file a person; processes that are started on the same folder share the people.</summary>
    /// <param name="folder">Keeps the files; those of the same settings and weights are not made again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="seed">Of perturbations and purifiers.</param>
    /// <param name="progress">Hears of every condition of every person as it is begun.</param>
    /// <param name="cancellationToken">Stops between two steps; finished people stay.</param>
    public MisalignmentReport Run(
        string folder, ScenarioModels models, Seed seed, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        Validate();
        var study = Among(models);
        var files = new PersonFiles(folder, PersonFiles.Settings(
            new { Study = study with { Subjects = 0 }, Protections = Perturbations.Select(p => PerturbationCatalog.Create(p, Budget, Profile).Settings) }, models, seed, study.Purifiers));
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, TrainingPrompt, Probe);
        var (chains, model) = (models.Chains(), models.WeightsFingerprint());
        using var prior = Enumerable.Range(0, Subjects).All(files.IsDone) ? null : Prior(models, seed, cancellationToken);
        files.Make(Enumerable.Range(0, Subjects), subject =>
            Report(study.Read(models, chains, misalignment, subject, seed, prior?.Class, null, progress, cancellationToken), model).WriteFile(files.Of(subject)), cancellationToken);
        if (Enumerable.Range(0, Subjects).FirstOrDefault(s => !files.IsDone(s), -1) is >= 0 and var foreign)
            throw new InvalidDataException($"{files.Of(foreign)} was made with other settings while this study ran; give each its own folder.");
        return Report([.. Enumerable.Range(0, Subjects).SelectMany(s => MisalignmentReport.ReadFile(files.Of(s)).Entries)], model);
    }

    private MisalignmentStudy Among(ScenarioModels models) => this with { Purifiers = AvailableChains.Of(Purifiers, models.Purifiers).Chains };

    private MisalignmentReport Report(IReadOnlyList<MisalignmentEntry> entries, string model) => new(entries) { TrainingPrompt = TrainingPrompt, BudgetLevels = Budget.Levels, Model = model };

    private List<MisalignmentEntry> Read(
        ScenarioModels models, PurifierChains chains, Misalignment misalignment, int subject, Seed seed, ImageBatch? classImages, Action<string, int, ImageBatch>? pictures,
        IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var (entries, each) = (new List<MisalignmentEntry>(), 1 + Perturbations.Count + Purified.Count * Purifiers.Count);
        void Begin(string condition) =>
            progress?.Report((string.Create(CultureInfo.InvariantCulture, $"person {subject}, {condition}"), (subject * each + entries.Count) / ((double)Subjects * each)));
        Person(models, chains, subject, seed.For(subject), classImages, Begin, (condition, photos) =>
        {
            entries.Add(new MisalignmentEntry(subject, misalignment.Read(condition, photos, cancellationToken)));
            pictures?.Invoke(condition, subject, photos);
        }, cancellationToken);
        if (subject == Subjects - 1) progress?.Report(("all people", 1));
        return entries;
    }

    private PriorImages? Prior(ScenarioModels models, Seed seed, CancellationToken cancellationToken) =>
        Perturbations.Any(p => PerturbationCatalog.Create(p, Budget, Profile) is SurrogatePerturbation)
            ? PriorImages.Get(models.Pipeline, DreamBooth with { NegativePromptShare = 0 }, seed.For("class"), cancellationToken: cancellationToken) : null;

    private void Person(
        ScenarioModels models, PurifierChains chains, int subject, Seed seed, ImageBatch? classImages, Action<string> begin, Action<string, ImageBatch> read,
        CancellationToken cancellationToken)
    {
        using var photos = models.Photos(subject, PhotosPerSet);
        var sets = new Dictionary<string, ImageBatch>(StringComparer.Ordinal) { [Clean] = photos.B.Quantize() };
        try
        {
            begin(Clean);
            read(Clean, sets[Clean]);
            foreach (var name in Perturbations)
            {
                begin(name);
                var context = new PerturbationContext(models.Pipeline)
                {
                    CleanReferences = photos.A, ClassImages = classImages, InstancePrompt = DreamBooth.InstancePrompt, ClassPrompt = DreamBooth.ClassPrompt,
                };
                sets[name] = PerturbationCatalog.Create(name, Budget, Profile).Protect(photos.B, context, seed.For(name), cancellationToken: cancellationToken);
                read(name, sets[name]);
            }
            foreach (var what in Purified)
                foreach (var purifier in Purifiers)
                {
                    begin(PurifiedName(what, purifier));
                    using var restored = chains.Of(purifier, photos.B).Purify(sets[what], seed.For("purify"), cancellationToken: cancellationToken);
                    read(PurifiedName(what, purifier), restored);
                }
        }
        finally
        {
            foreach (var set in sets.Values) set.Dispose();
        }
    }

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PhotosPerSet, 1);
        if (Purified.FirstOrDefault(p => p != Clean && !Perturbations.Contains(p, StringComparer.Ordinal)) is { } unknown)
            throw new ArgumentException($"'{unknown}' is to be purified but is not among the perturbations: {string.Join(", ", Perturbations)}.");
    }
}
