using System.Text.Json.Nodes;
using Workbench.Metrics;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>What <see cref="PictureScoring"/> found.</summary>
public sealed record PictureScores
{
    /// <summary>What was scored.</summary>
    public required PictureScoring Scoring { get; init; }

    /// <summary>By which files.</summary>
    public required MetricSources Sources { get; init; }

    /// <summary>Every metric's scores.</summary>
    public required IReadOnlyList<MetricScores> Metrics { get; init; }

    /// <summary>Scores without their files, references or originals.</summary>
    public required IReadOnlyList<LeftOutScores> LeftOut { get; init; }

    /// <summary>The side that references were fitted to; null: they were left as they are.</summary>
    public int? ReferenceSide { get; init; }

    /// <summary>The original of every picture; null without.</summary>
    internal IReadOnlyDictionary<string, string>? Originals { get; init; }

    /// <summary>The paper's folded scores whose parts are there.</summary>
    public IReadOnlyList<PublishedAggregate> Published => PublishedAggregate.Of(Metrics);

    /// <summary>Writes everything as JSON: scores a picture, means, fingerprints of the metrics, and hashes of all files that were read.</summary>
    /// <param name="path">Replaced only when all is written.</param>
    public void Write(string path) => ModelConfigFile.WriteObject(path, new JsonObject
    {
        ["kind"] = "scores",
        ["class"] = Sources.Class,
        ["side"] = Scoring.Side,
        ["reference_side"] = ReferenceSide,
        ["versions"] = RunManifest.Versions(),
        ["sources"] = ModelPart.Record(Sources.Parts()),
        ["references"] = new JsonArray([.. Scoring.References.Select(file => (JsonNode)Hashed(file))]),
        ["metrics"] = new JsonArray([.. Metrics.Select(m => (JsonNode)new JsonObject
        {
            ["name"] = m.Metric.Name,
            ["direction"] = Word(m.Metric.Direction),
            ["kind"] = Word(m.Metric.Kind),
            ["range"] = new JsonArray(Number(m.Metric.Range.Low), Number(m.Metric.Range.High)),
            ["fingerprint"] = m.Fingerprint,
            ["mean"] = Number(m.Mean),
            ["interval_95"] = m.Interval is { } interval ? new JsonArray(interval.Low, interval.High) : null,
            ["pictures"] = m.Values.Count,
            ["undefined"] = m.Undefined,
        })]),
        ["published"] = new JsonObject(Published.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Value))),
        ["left_out"] = new JsonArray([.. LeftOut.Select(l => (JsonNode)new JsonObject { ["names"] = new JsonArray([.. l.Names.Select(n => (JsonNode)n)]), ["want"] = l.Want })]),
        ["pictures"] = new JsonArray([.. Scoring.Files.Select((file, i) => (JsonNode)Picture(file, i))]),
    });

    private JsonObject Picture(string file, int index)
    {
        var picture = Hashed(file);
        if (Originals is not null) picture["clean"] = Hashed(Originals[file]);
        picture["scores"] = new JsonObject(Metrics.Select(m => KeyValuePair.Create(m.Metric.Name, Number(m.Values[index]))));
        return picture;
    }

    private static JsonObject Hashed(string file) => new() { ["file"] = Path.GetFileName(file), ["sha256"] = Fingerprint.OfFile(file) };

    /// <summary>JSON has no NaN and no infinity: null stands for both.</summary>
    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
