using System.Globalization;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Perturbations;

namespace Workbench.Experiments;

/// <summary>
/// The paper's displacement figure as an experiment: the photos of held-out people clean, with random noise, protected and purified, each
/// read by <see cref="Misalignment"/>. Nothing is trained on them here; at the same seed they are the photos that the other studies train on.
/// </summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record MisalignmentStudy
{
    /// <summary>Name of the untouched photos.</summary>
    public const string Clean = "clean";

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 8;

    /// <summary>Seed of noise, protections and purifiers; a person's photos depend on the person alone.</summary>
    public ulong Seed { get; init; }

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

    /// <summary>Photos, prompts, settings of perturbations and probe.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>The prompt that alignment is measured to.</summary>
    public string TrainingPrompt => Config.DreamBooth.InstancePrompt;

    /// <summary>Eight people, random noise and six protections, every quick purifier: about twenty minutes of one core with 16-bit matrix units, most of it FSMG and ASPL.</summary>
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
    /// <param name="cacheFolder">Keeps class pictures, protected and purified photos; studies may share it.</param>
    /// <param name="pictures">Receives the photos of each condition and person before they are freed; null where only readings matter.</param>
    /// <param name="progress">Hears of every condition of every person as it is begun.</param>
    /// <param name="cancellationToken">Stops between two steps of any stage.</param>
    public MisalignmentReport Read(
        ScenarioModels models, string cacheFolder, Action<string, int, ImageBatch>? pictures = null, IProgress<(string Stage, double Fraction)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Validate();
        var (study, photos) = (Among(models), new ScenarioPhotos(models, Config, cacheFolder));
        using var misalignment = Misalignment(models);
        var entries = Enumerable.Range(0, Subjects).SelectMany(subject => study.Person(photos, misalignment, subject, pictures, progress, cancellationToken));
        return Report([.. entries], models.WeightsFingerprint());
    }

    /// <summary>Measures people that are not measured yet, one file a person; processes that are started on the same folder share the people.</summary>
    /// <param name="folder">Keeps the files; those of the same settings and weights are not made again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">The folder of shared photos; null: inside the folder.</param>
    /// <param name="progress">Hears of every condition of every person as it is begun.</param>
    /// <param name="cancellationToken">Stops between two steps; finished people stay.</param>
    public MisalignmentReport Run(
        string folder, ScenarioModels models, StudyWork? work = null, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        Validate();
        var (study, photos) = (Among(models), new ScenarioPhotos(models, Config, (work ?? new StudyWork()).CacheIn(folder)));
        var files = new PersonFiles(folder, PersonFiles.Settings(
            new { Study = study with { Subjects = 0 }, Protections = Perturbations.Select(p => PerturbationCatalog.Create(p, Budget, Config.Profile).Settings) }, models, Seed, study.Purifiers));
        using var misalignment = Misalignment(models);
        var model = models.WeightsFingerprint();
        files.Make(Enumerable.Range(0, Subjects), subject =>
            Report(study.Person(photos, misalignment, subject, null, progress, cancellationToken), model).WriteFile(files.Of(subject)), cancellationToken);
        if (Enumerable.Range(0, Subjects).FirstOrDefault(s => !files.IsDone(s), -1) is >= 0 and var foreign)
            throw new InvalidDataException($"{files.Of(foreign)} was made with other settings while this study ran; give each its own folder.");
        return Report([.. Enumerable.Range(0, Subjects).SelectMany(s => MisalignmentReport.ReadFile(files.Of(s)).Entries)], model);
    }

    private MisalignmentStudy Among(ScenarioModels models) => this with { Purifiers = AvailableChains.Of(Purifiers, models.Purifiers).Chains };

    private Misalignment Misalignment(ScenarioModels models) => new(models.Clip, models.Pipeline.Vae, TrainingPrompt, Config.Probe);

    private MisalignmentReport Report(IReadOnlyList<MisalignmentEntry> entries, string model) => new(entries) { TrainingPrompt = TrainingPrompt, BudgetLevels = Budget.Levels, Model = model };

    private List<MisalignmentEntry> Person(
        ScenarioPhotos photos, Misalignment misalignment, int subject, Action<string, int, ImageBatch>? pictures, IProgress<(string Stage, double Fraction)>? progress,
        CancellationToken cancellationToken)
    {
        var (entries, each) = (new List<MisalignmentEntry>(), 1 + Perturbations.Count + Purified.Count * Purifiers.Count);
        IProgress<(string Stage, double Fraction)> Begin(string condition)
        {
            var part = new StudyProgress(progress, string.Create(CultureInfo.InvariantCulture, $"person {subject}, {condition}"), subject * each + entries.Count, Subjects * each);
            part.Report(("read", 0));
            return part;
        }
        void Read(string condition, ImageBatch set)
        {
            entries.Add(new MisalignmentEntry(subject, misalignment.Read(condition, set, cancellationToken)));
            pictures?.Invoke(condition, subject, set);
        }
        foreach (var name in Perturbations.Prepend(Clean))
        {
            using var set = photos.Protected(Photos(name, subject), Begin(name), cancellationToken).Pictures;
            Read(name, set);
        }
        foreach (var (name, purifier) in from name in Purified from purifier in Purifiers select (name, purifier))
        {
            var (condition, run) = (PurifiedName(name, purifier), Photos(name, subject) with { Purifier = purifier });
            var part = Begin(condition);
            using var set = photos.Protected(run, part, cancellationToken).Pictures;
            using var purified = photos.Purified(run, set, part, cancellationToken).Pictures;
            Read(condition, purified);
        }
        if (subject == Subjects - 1) progress?.Report(("all people", 1));
        return entries;
    }

    private Scenario Photos(string name, int subject) => Scenario.Of(name, name, Budget.Levels, subject, Seed);

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Config.PhotosPerSet, 1);
        if (Purified.FirstOrDefault(p => p != Clean && !Perturbations.Contains(p, StringComparer.Ordinal)) is { } unknown)
            throw new ArgumentException($"'{unknown}' is to be purified but is not among the perturbations: {string.Join(", ", Perturbations)}.");
    }
}
