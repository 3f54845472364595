using Workbench.Imaging;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>Picture files and what to score them against.</summary>
/// <remarks>Pictures keep their size, so that quality is judged at native resolution; those of one size that follow each other are scored together.</remarks>
public sealed record PictureScoring
{
    private const int PicturesAtOnce = 8;

    /// <summary>Share of the work that checking the files is taken for.</summary>
    private const double ReadingShare = 0.1;

    /// <summary>The pictures.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Photos of the person, for likeness; none: likeness is left out.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Folder of the originals, found by file name without extension, for full-reference metrics; null: those are left out.</summary>
    public string? CleanFolder { get; init; }

    /// <summary>Side of the square that all pictures are fitted to; null: pictures stay as they are, and references too unless their sizes differ.</summary>
    public int? Side { get; init; }

    /// <summary>Scores every picture by every metric that the sources allow.</summary>
    /// <param name="sources">Files of the metrics.</param>
    /// <param name="progress">Hears what is at work, and the share of the whole that is done.</param>
    /// <param name="cancellationToken">Stops between two metrics.</param>
    /// <exception cref="ArgumentException">There is no picture, an original is missing or of another size, or a metric refuses the pictures.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public PictureScores Run(MetricSources sources, IProgress<(string Stage, double Fraction)>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Files.Count == 0) throw new ArgumentException("There is no picture to score.");
        if (Side < 1) throw new ArgumentException($"Pictures are fitted to at least 1 pixel, got {Side}.");
        var originals = Originals();
        var parts = Parts(originals, progress, cancellationToken);
        using var references = ReferencePhotos(out var referenceSide);
        progress?.Report(("opening networks", ReadingShare));
        using var set = sources.Open(references);
        var leftOut = set.LeftOut.ToList();
        if (references is null) leftOut.Add(new([.. Names(set, MetricKind.Identity)], "reference photos"));
        if (originals is null) leftOut.Add(new([.. Names(set, MetricKind.FullReference)], "the clean pictures"));
        IMetric[] metrics = [.. set.Metrics.Where(m => m.Kind switch { MetricKind.Identity => references is not null, MetricKind.FullReference => originals is not null, _ => true })];
        var values = metrics.Select(_ => new List<double>(Files.Count)).ToArray();
        for (var part = 0; part < parts.Count; part++)
        {
            using var pictures = ImageBatch.Load(parts[part], Side);
            using var clean = originals is null ? null : ImageBatch.Load(parts[part].Select(f => originals[f]), Side);
            for (var m = 0; m < metrics.Length; m++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report((metrics[m].Name, ReadingShare + (1 - ReadingShare) * (part + m / (double)metrics.Length) / parts.Count));
                values[m].AddRange(metrics[m].Score(pictures, metrics[m].Kind is MetricKind.FullReference ? clean : references));
            }
        }
        progress?.Report(("done", 1));
        return new PictureScores
        {
            Scoring = this, Sources = sources, ReferenceSide = referenceSide, Originals = originals, LeftOut = leftOut,
            Metrics = [.. metrics.Select((metric, m) => new MetricScores(metric, metric.Fingerprint, values[m]))],
        };
    }

    private static IEnumerable<string> Names(MetricSet set, MetricKind kind) => set.Metrics.Where(m => m.Kind == kind).Select(m => m.Name);

    /// <summary>The original of every picture.</summary>
    private Dictionary<string, string>? Originals()
    {
        if (CleanFolder is null) return null;
        var clean = ImageFolder.Files(CleanFolder).ToLookup(Path.GetFileNameWithoutExtension, StringComparer.Ordinal);
        return Files.ToDictionary(file => file, file => clean[Path.GetFileNameWithoutExtension(file)].ToArray() switch
        {
            [var one] => one,
            [] => throw new ArgumentException($"{CleanFolder} has no original of {Path.GetFileName(file)}: the names without extension must be equal."),
            var many => throw new ArgumentException($"{CleanFolder} has {many.Length} originals of {Path.GetFileName(file)}: {string.Join(", ", many.Select(Path.GetFileName))}."),
        });
    }

    /// <summary>Files of one size that follow each other. Every file is read, so that a broken one is told before networks run.</summary>
    private List<List<string>> Parts(Dictionary<string, string>? originals, IProgress<(string Stage, double Fraction)>? progress, CancellationToken cancellationToken)
    {
        var (parts, last) = (new List<List<string>>(), (0, 0));
        foreach (var (file, number) in Files.Select((f, i) => (f, i)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(("reading pictures", ReadingShare * number / Files.Count));
            var size = Size(file);
            if (originals is not null && Size(originals[file]) is var other && other != size)
                throw new ArgumentException($"{file} has {size.Width}×{size.Height} pixels, its original {originals[file]} {other.Width}×{other.Height}: fit both to one side.");
            if (parts.Count == 0 || size != last || parts[^1].Count == PicturesAtOnce) parts.Add([]);
            parts[^1].Add(file);
            last = size;
        }
        return parts;
    }

    private (int Width, int Height) Size(string file) => ImageCodec.Load(file) is var picture && Side is { } side ? (side, side) : (picture.Width, picture.Height);

    /// <summary>The references; squares of the smallest side where their sizes differ.</summary>
    private ImageBatch? ReferencePhotos(out int? side)
    {
        side = Side;
        if (References.Count == 0) return null;
        var photos = References.Select(ImageCodec.Load).ToList();
        if (photos.Select(p => (p.Width, p.Height)).Distinct().Count() > 1) side ??= photos.Min(p => Math.Min(p.Width, p.Height));
        var fitted = side;
        return ImageBatch.FromImages(fitted is { } length ? photos.Select(p => p.FitSquare(length)) : photos);
    }
}
