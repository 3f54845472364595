using System.Globalization;
using System.Text.Json;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Real photos, protected once and purified by every chain whose networks are at hand: faithfulness, what is left in the latents, seconds, pictures.</summary>
/// <remarks>Nothing is trained on the photos, and each is handled by itself, so that any photo will do.</remarks>
public sealed record PhotoStudy
{
    /// <summary>Chains to try; those whose networks are missing are left out, and named in the table.</summary>
    public IReadOnlyList<string> Chains { get; init; } = ["none", "gau", "tvm", "jpeg", "impress(30)", "sr", "jpeg-sr", "noisyup", "ddspure", "code", "code-sr"];

    /// <summary>A name of the perturbation catalog.</summary>
    public string Protection { get; init; } = "encoder";

    /// <summary>Its bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Its settings.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>Side to which photos are fitted.</summary>
    public int Side { get; init; } = 512;

    /// <summary>Square part of the photo that the gallery shows; null: all of it.</summary>
    public (int X, int Y, int Side)? Detail { get; init; }

    /// <summary>Seed of protection and purifiers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Protects and purifies what is not in the folder yet.</summary>
    /// <param name="folder">Keeps protected and purified photos; those of the same settings and networks are not made again.</param>
    /// <param name="files">The photos.</param>
    /// <param name="pipeline">The model that is attacked; left unchanged.</param>
    /// <param name="sources">Networks of the purifiers.</param>
    /// <param name="progress">Hears the photo and chain at work, and the share of the whole that is done.</param>
    /// <param name="cancellationToken">Stops between two steps; what is finished stays.</param>
    /// <returns>The table, and a sheet of the first photo: input, result, residual and its spectrum, a row a chain.</returns>
    public (StudyTable Table, RgbImage Gallery) Run(
        string folder, IReadOnlyList<string> files, StableDiffusionPipeline pipeline, PurifierSources sources,
        IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        if (files.Count == 0) throw new ArgumentException("There is no photo.", nameof(files));
        PerturbationCatalog.Require([Protection]);
        if (Detail is { } part && (part.X < 0 || part.Y < 0 || part.Side < 1 || part.X + part.Side > Side || part.Y + part.Side > Side))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The detail {part.X},{part.Y},{part.Side} does not lie in a photo of {Side} pixels."));
        var (chains, leftOut) = AvailableChains.Of(Chains, sources);
        var (cache, model, purifiers) = (new PictureCache(folder), string.Join('-', new TorchSharp.torch.nn.Module[] { pipeline.UNet, pipeline.Vae, pipeline.TextEncoder }.Select(m => Fingerprint.Of(m)[..16])), new PurifierChains(sources) { WithSettings = true });
        var (rows, shown) = (new List<StudyRow>(), new List<(string Chain, ImageBatch Result)>());
        using var first = Photo(files[0]);
        ImageBatch? firstGiven = null;
        foreach (var (file, number) in files.Select((f, i) => (f, i)))
        {
            using var clean = Photo(file);
            var name = Path.GetFileNameWithoutExtension(file);
            var photoSeed = new Seed(Seed).For(name);
            void Report(string stage, int done) => progress?.Report(($"{name}: {stage}", (number * (chains.Count + 1) + done) / (double)(files.Count * (chains.Count + 1))));
            Report(Protection, 0);
            using var given = Protected(cache, name, clean, pipeline, model, photoSeed, cancellationToken);
            if (number == 0) firstGiven = given.Slice(0, 1);
            foreach (var (chain, at) in chains.Select((c, i) => (c, i)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Report(chain, at + 1);
                var (purified, cost) = Purified(cache, $"{name}_{Protection}", chain, given, clean, purifiers, photoSeed, cancellationToken);
                using var result = purified;
                using var untouched = Purified(cache, $"{name}_{ProtectionStudy.Clean}", chain, clean, clean, purifiers, photoSeed, cancellationToken).Pictures;
                rows.Add(Row(chain, number, pipeline, clean, untouched, result, cost));
                if (number == 0) shown.Add((chain, Cut(result)));
            }
        }
        using var given0 = firstGiven!;
        using ImageBatch cleanDetail = Cut(first), givenDetail = Cut(given0);
        var gallery = PurifierGallery.Compose(Protection, cleanDetail, givenDetail, shown);
        foreach (var (_, result) in shown) result.Dispose();
        var hasDistance = sources.PerceptualDistance is not null && chains.Any(c => PurifierChain.Names(c).Any(name => PurifierCatalog.Find(name).Name == "impress"));
        return (PhotoTable.Of(this, rows, leftOut, model, hasDistance ? sources.PerceptualName : null), gallery);
    }

    private ImageBatch Photo(string file) => ImageBatch.Load([file], Side);

    private ImageBatch Protected(PictureCache cache, string name, ImageBatch clean, StableDiffusionPipeline pipeline, string model, Seed seed, CancellationToken cancellationToken)
    {
        var method = PerturbationCatalog.Create(Protection, Budget, Profile);
        var settings = JsonSerializer.Serialize(new { Scheduler = pipeline.Scheduler.Config, Vae = pipeline.Vae.Config }, ModelConfigFile.Options);
        var key = $"{Protection} {Budget} {seed} {model} {settings} {Fingerprint.Of(clean.Unit)} {JsonSerializer.Serialize(method.Settings, method.Settings.GetType(), ModelConfigFile.Options)}";
        return cache.Get($"{name}_{Protection}", key, clean.Count, () => PictureCost.Measure(
            () => method.Protect(clean, new PerturbationContext(pipeline), seed.For("protect"), cancellationToken: cancellationToken)), cancellationToken).Pictures;
    }

    private static (ImageBatch Pictures, PictureCost? Cost) Purified(
        PictureCache cache, string name, string chain, ImageBatch given, ImageBatch clean, PurifierChains purifiers, Seed seed, CancellationToken cancellationToken) =>
        cache.Get($"{name}_{chain}", $"{chain} {seed} {purifiers.Weights(chain)} {Fingerprint.Of(given.Unit)}", given.Count, () =>
        {
            var purifier = purifiers.Of(chain, clean);
            return PictureCost.Measure(() => purifier.Purify(given, seed.For("purify"), null, cancellationToken));
        }, cancellationToken);

    private static StudyRow Row(string chain, int number, StableDiffusionPipeline pipeline, ImageBatch clean, ImageBatch untouched, ImageBatch result, PictureCost? cost) => new()
    {
        Name = chain,
        Subject = number,
        Values = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
        {
            [PurifierTable.Psnr] = [.. new Psnr().Score(result, clean).Select(p => Math.Min(p, PurifierStudy.EqualPsnr))],
            [PurifierTable.Ssim] = new Ssim().Score(result, clean),
            [ProtectionTable.LatentShift] = ProtectionStudy.LatentShift(pipeline.Vae, clean, result),
            [PhotoTable.ProtectionLeft] = ProtectionStudy.LatentShift(pipeline.Vae, untouched, result),
            [PurifierTable.ProcessorSeconds] = cost is null ? [] : [cost.ProcessorSeconds],
        },
    };

    private ImageBatch Cut(ImageBatch photo)
    {
        if (Detail is not { } part) return photo.Slice(0, 1);
        using var unit = TensorScope.Inference(() => photo.Unit.narrow(2, part.Y, part.Side).narrow(3, part.X, part.Side).contiguous());
        return ImageBatch.FromUnit(unit);
    }
}
