using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Every purifier on clean and protected photos: faithfulness to the clean photo, CLIP's noise, likeness, seconds (the paper's table 2, and more).</summary>
public sealed record PurifierStudy
{
    /// <summary>PSNR written for equal pictures, dB: JSON has no infinity.</summary>
    public const double EqualPsnr = 99;

    /// <summary>Chains to compare; those whose models the folder lacks are left out, and named in the report.</summary>
    public IReadOnlyList<string> Chains { get; init; } =
        ["none", "gau", "tvm", "jpeg", "pdiffp", "eldiffp", "ldiffp", "ddspure", "gridpure", "impress(200)", "code", "sr", "code-sr", "noisyup", "pdmpure"];

    /// <summary>Names of the perturbation catalog, or <see cref="ProtectionStudy.Clean"/>.</summary>
    public IReadOnlyList<string> Protections { get; init; } = [ProtectionStudy.Clean, "encoder", "aspl"];

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>The protections' bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Settings of the perturbations.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>Photos, prompts, class pictures and probe; the same as in scenarios.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>All purifiers on four people.</summary>
    public static PurifierStudy Full { get; } = new();

    /// <summary>Two people, three quick chains, one protection: shows that everything runs, measures nothing.</summary>
    public static PurifierStudy Smoke { get; } = new()
    {
        Chains = ["none", "gau", "jpeg"], Protections = [ProtectionStudy.Clean, "encoder"], Subjects = 2, Profile = Profile.Smoke, Config = ScenarioConfig.Smoke,
    };

    /// <summary>Measures what is not measured yet, and writes <c>gallery.png</c>.</summary>
    /// <param name="folder">Keeps protected photos and a file a run in <c>runs/</c>; those of the same settings and models are not run again.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="seed">Of class pictures, perturbations and purifiers.</param>
    /// <param name="progress">Hears the run at work and the share of the whole that is done.</param>
    /// <param name="cancellationToken">Stops between two pictures; finished runs stay.</param>
    public PurifierReport Run(
        string folder, ScenarioModels models, Seed seed, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        Validate();
        var (chains, missing) = AvailableChains.Of(Chains, models.Purifiers);
        var model = $"{Fingerprint.Of(models.Pipeline.UNet)[..16]}-{Fingerprint.Of(models.Pipeline.Vae)[..16]}";
        var photos = new ProtectedPhotos(this, models, Path.Combine(folder, "runs", "photos"), model, seed);
        using var misalignment = new Misalignment(models.Clip, models.Pipeline.Vae, Config.DreamBooth.InstancePrompt, Config.Probe);
        var (scores, weights, total) = (new List<PurifierScore>(), Weights(models.Purifiers), Protections.Count * Subjects * chains.Count);
        foreach (var protection in Protections)
            for (var subject = 0; subject < Subjects; subject++)
                foreach (var (name, chain) in chains)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(($"{protection}, person {subject.ToString(CultureInfo.InvariantCulture)}, {name}", scores.Count / (double)total));
                    var key = string.Create(CultureInfo.InvariantCulture, $"{name} {protection} {Budget} {Profile} photos {Config.PhotosPerSet} seed {seed} model {model} purifiers {weights}");
                    var file = Path.Combine(folder, "runs", $"{protection}_{name}_subject{subject.ToString(CultureInfo.InvariantCulture)}");
                    if (ReadRun(file + ".json", key) is not { } score)
                    {
                        score = Measure(models, photos, protection, subject, name, chain, misalignment, seed.For("purification").For(subject), file, cancellationToken);
                        AtomicFile.WriteText(file + ".json", JsonSerializer.Serialize(new StoredRun(key, score), ModelConfigFile.Options) + "\n");
                    }
                    scores.Add(score);
                }
        PurifierGallery.Compose(folder, Protections[^1], [.. chains.Select(c => c.Name)], photos).SavePng(Path.Combine(folder, "gallery.png"));
        return new PurifierReport(scores) { BudgetLevels = Budget.Levels, Profile = Profile.ToString(), Model = model, LeftOut = missing };
    }

    private static PurifierScore Measure(
        ScenarioModels models, ProtectedPhotos photos, string protection, int subject, string name, PurifierChain chain, Misalignment misalignment, Seed seed,
        string file, CancellationToken cancellationToken)
    {
        using var sets = photos.Sets(subject);
        using var clean = sets.B.Quantize();
        using var given = photos.Get(protection, subject, cancellationToken);
        var clock = Stopwatch.StartNew();
        using var purified = chain.Purify(given, seed, null, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds / given.Count;
        using var stored = purified.Quantize();
        if (subject == 0) stored.Image(0).SavePng(file + ".png");
        var reading = misalignment.Read(name, stored, cancellationToken);
        return new PurifierScore
        {
            Chain = name,
            Protection = protection,
            Subject = subject,
            Psnr = [.. new Psnr().Score(stored, clean).Select(p => Math.Min(p, EqualPsnr))],
            Ssim = new Ssim().Score(stored, clean),
            Perceptual = models.Purifiers.PerceptualDistance is { } distance ? [.. Enumerable.Range(0, stored.Count).Select(i => TensorScope.Value(() =>
            {
                using var guard = TorchSharp.torch.no_grad();
                return (double)distance(stored.ToSigned().narrow(0, i, 1), clean.ToSigned().narrow(0, i, 1)).item<float>();
            }))] : [],
            NoiseLogOdds = reading.Photo.NoiseLogOdds,
            ReconstructedNoiseLogOdds = reading.Reconstruction.NoiseLogOdds,
            Identity = new IdentitySimilarity(models.Identity).Score(stored, sets.C),
            SecondsPerPhoto = Math.Round(seconds, 4),
        };
    }

    private static string Weights(PurifierSources sources) => TextFingerprint(string.Join('\n',
        from folder in new[] { sources.Upscaler, sources.Restorer, sources.PixelDiffusion }
        where folder is not null
        from file in Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        select Fingerprint.OfFile(file)));

    private static string TextFingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static PurifierScore? ReadRun(string file, string key) =>
        File.Exists(file) && JsonSerializer.Deserialize<StoredRun>(File.ReadAllText(file), ModelConfigFile.Options) is { } run && run.Key == key ? run.Score : null;

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Subjects, 1);
        if (Chains.Count == 0 || Protections.Count == 0) throw new ArgumentException("The comparison needs at least one chain and one protection.");
        if (Protections.FirstOrDefault(p => p != ProtectionStudy.Clean && !PerturbationCatalog.Names.Contains(p, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"Unknown perturbation '{unknown}'; there are: {string.Join(", ", PerturbationCatalog.Names)}.");
    }

    private sealed record StoredRun(string Key, PurifierScore Score);
}
