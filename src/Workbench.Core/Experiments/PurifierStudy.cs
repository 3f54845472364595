using System.Globalization;
using System.Text.Json;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Every purifier on clean and protected photos: faithfulness to the clean photo, CLIP's noise, likeness, seconds (the paper's table 2, and more).</summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record PurifierStudy
{
    /// <summary>PSNR written for equal pictures, dB: JSON has no infinity.</summary>
    public const double EqualPsnr = 99;

    /// <summary>IMPRESS with a fifteenth of its published iterations.</summary>
    internal const string ShortImpress = "impress(200)";

    /// <summary>Every purifier of the paper, super-resolution of either kind, and two more; IMPRESS is the short one.</summary>
    public static IReadOnlyList<string> AllChains { get; } =
        ["none", "gau", "tvm", "jpeg", "pdiffp", "eldiffp", "ldiffp", "ddspure", "gridpure", ShortImpress, "code", "sr", "code-sr", "ldmsr", "code-ldmsr", "noisyup", "pdmpure"];

    /// <summary>The same chains with IMPRESS in its published length, which the mini world's lists cut to 200 iterations.</summary>
    public static IReadOnlyList<string> FullLength(IReadOnlyList<string> chains) => [.. chains.Select(c => c == ShortImpress ? "impress" : c)];

    /// <summary>Chains to compare; those whose models the folder lacks are left out, and named in the table.</summary>
    public IReadOnlyList<string> Chains { get; init; } = AllChains;

    /// <summary>Names of the perturbation catalog, or <see cref="ProtectionStudy.Clean"/>.</summary>
    public IReadOnlyList<string> Protections { get; init; } = [ProtectionStudy.Clean, "encoder", "aspl"];

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>Seed of every run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The protections' bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Photos, prompts, settings of perturbations and probe.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>
    /// Further metrics that compare with the clean photo, for example <see cref="Lpips"/> with weights of one's own. Rows of other weights are not
    /// used again (<see cref="IMetric.Fingerprint"/>).
    /// </summary>
    public IReadOnlyList<IMetric> Metrics { get; init; } = [];

    /// <summary>All purifiers on four people.</summary>
    public static PurifierStudy Full { get; } = new();

    /// <summary>Two people, three quick chains, one protection: shows that everything runs, measures nothing.</summary>
    public static PurifierStudy Smoke { get; } = new()
    {
        Chains = ["none", "gau", "jpeg"], Protections = [ProtectionStudy.Clean, "encoder"], Subjects = 2, Config = ScenarioConfig.Smoke,
    };

    /// <summary>Measures what is not measured yet, person by person.</summary>
    /// <param name="folder">Keeps photos and rows; those of the same settings and models are not made again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">This process's part, and the folder of shared photos.</param>
    /// <param name="progress">Hears the run at work and the share of this process's part that is done.</param>
    /// <param name="cancellationToken">Stops between two pictures; finished runs stay.</param>
    /// <returns>All that is measured so far, by this process and others.</returns>
    public StudyTable Run(
        string folder, ScenarioModels models, StudyWork? work = null, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        Validate();
        work ??= new StudyWork();
        var (chains, missing) = AvailableChains.Of(Chains, models.Purifiers);
        var photos = new ScenarioPhotos(models, Config, work.CacheIn(folder));
        var store = new StudyRowStore(Path.Combine(folder, "rows"));
        // Weights are hashed once, not once a row.
        var metrics = string.Join(',', Metrics.Select(m => m.Fingerprint));
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, Config.DreamBooth.InstancePrompt, Config.Probe);
        var all = (from subject in Enumerable.Range(0, Subjects)
                   from protection in Protections
                   from chain in chains
                   select (Protection: protection, Scenario: Scenario.Of(protection, protection, Budget.Levels, subject, Seed) with { Purifier = chain })).ToArray();
        var mine = all.Where(run => work.IsMine(run.Scenario.Subject)).ToArray();
        foreach (var ((protection, scenario), at) in mine.Select((run, i) => (run, i)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = new StudyProgress(progress, $"{scenario.Key}, {scenario.Purifier}", at, mine.Length);
            part.Report(("purify", 0));
            store.Fill(FileOf(scenario), Key(scenario, photos, metrics), () => Measure(protection, scenario, photos, models, misalignment, part, cancellationToken));
        }
        var rows = all.OrderBy(run => Protections.ToList().IndexOf(run.Protection)).Select(run => store.Read(FileOf(run.Scenario), Key(run.Scenario, photos, metrics))).OfType<StudyRow>();
        return PurifierTable.Of(this, [.. rows], missing, photos.Model, models.Purifiers.PerceptualName);
    }

    /// <summary>One photo of the first person through every purifier: input, result, what is left of the difference to the clean photo, and its spectrum.</summary>
    /// <param name="folder">The folder of <see cref="Run"/>.</param>
    /// <param name="models">The same models.</param>
    /// <param name="work">The folder of shared photos.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    public RgbImage Gallery(string folder, ScenarioModels models, StudyWork? work = null, CancellationToken cancellationToken = default)
    {
        var photos = new ScenarioPhotos(models, Config, (work ?? new StudyWork()).CacheIn(folder));
        var scenario = Scenario.Of(Protections[^1], Protections[^1], Budget.Levels, 0, Seed);
        using var sets = photos.Sets(0);
        using var given = photos.Protected(scenario, null, cancellationToken).Pictures;
        using ImageBatch clean = sets.B.Slice(0, 1), first = given.Slice(0, 1);
        var results = AvailableChains.Of(Chains, models.Purifiers).Chains.Select(chain =>
        {
            using var purified = photos.Purified(scenario with { Purifier = chain }, given, null, cancellationToken).Pictures;
            return (chain, purified.Slice(0, 1));
        }).ToArray();
        var sheet = PurifierGallery.Compose(Protections[^1], clean, first, results);
        foreach (var (_, result) in results) result.Dispose();
        return sheet;
    }

    private StudyRow Measure(
        string protection, Scenario scenario, ScenarioPhotos photos, ScenarioModels models, Misalignment misalignment, IProgress<(string Stage, double Fraction)> progress,
        CancellationToken cancellationToken)
    {
        using var sets = photos.Sets(scenario.Subject);
        using var clean = sets.B.Quantize();
        using var given = photos.Protected(scenario, progress, cancellationToken).Pictures;
        var (purified, cost) = photos.Purified(scenario, given, progress, cancellationToken);
        using var stored = purified;
        var reading = misalignment.Read(scenario.Purifier, stored, cancellationToken);
        var values = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
        {
            [PurifierTable.Perceptual] = models.Purifiers.PerceptualDistance is { } distance ? Pairwise(distance, stored, clean) : [],
            [PurifierTable.Psnr] = [.. new Psnr().Score(stored, clean).Select(p => Math.Min(p, EqualPsnr))],
            [PurifierTable.Ssim] = new Ssim().Score(stored, clean),
            [PurifierTable.NoiseLogOdds] = reading.Photo.NoiseLogOdds,
            [PurifierTable.ReconstructedNoiseLogOdds] = reading.Reconstruction.NoiseLogOdds,
            [PurifierTable.Alignment] = reading.Photo.Alignment,
            [PurifierTable.ReconstructedAlignment] = reading.Reconstruction.Alignment,
            [PurifierTable.Identity] = models.Likeness.Score(stored, sets.C),
            [PurifierTable.Seconds] = cost is null ? [] : [cost.Seconds / given.Count],
            [PurifierTable.ProcessorSeconds] = cost is null ? [] : [cost.ProcessorSeconds / given.Count],
        };
        foreach (var metric in Metrics) values[metric.Name] = metric.Score(stored, clean);
        return new StudyRow { Group = PurifierTable.Group(protection), Name = scenario.Purifier, Subject = scenario.Subject, Values = values };
    }

    private static double[] Pairwise(Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> distance, ImageBatch a, ImageBatch b) =>
        [.. Enumerable.Range(0, a.Count).Select(i => TensorScope.Value(() =>
        {
            using var guard = TorchSharp.torch.no_grad();
            return (double)distance(a.ToSigned().narrow(0, i, 1), b.ToSigned().narrow(0, i, 1)).item<float>();
        }))];

    private static string FileOf(Scenario scenario) => $"{scenario.Key}_{scenario.Purifier}";

    private string Key(Scenario scenario, ScenarioPhotos photos, string metrics) => string.Create(CultureInfo.InvariantCulture,
        $"{FileOf(scenario)} {Budget} {Config.Profile} photos {Config.PhotosPerSet}{photos.People(scenario.Subject)} model {photos.Model} scorers {photos.Scorers} purifiers {photos.PurifierWeights(scenario.Purifier)} ")
        + $"prompts '{Config.DreamBooth.InstancePrompt}' '{Config.DreamBooth.ClassPrompt}' probe {JsonSerializer.Serialize(Config.Probe, ModelConfigFile.Options)} metrics {metrics} protection {photos.Protection(scenario)}";

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        if (Chains.Count == 0 || Protections.Count == 0) throw new ArgumentException("The comparison needs at least one chain and one protection.");
        PerturbationCatalog.Require(Protections, ProtectionStudy.Clean);
    }
}
