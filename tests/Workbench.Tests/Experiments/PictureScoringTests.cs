using System.Text.Json.Nodes;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Workbench.Tests.Personalization;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class PictureScoringTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SubjectPhotos photos = SubjectPhotos.OfMiniWorld(1, 3);

    private static MetricSources Mini => MetricSources.FromModelFolder(MiniWorldModels.Find());

    public void Dispose()
    {
        photos.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Scores_are_those_of_the_metrics_whatever_sizes_lie_between()
    {
        var files = photos.B.SavePngs(folder.File("in"), ["a", "c", "d"]);
        Pictures.Noise(80, 64, 1).SavePng(folder.File("in", "b.png"));
        var scores = Run(new PictureScoring { Files = ImageFolder.Files(folder.File("in")), References = photos.C.SavePngs(folder.File("set")) });
        using var set = Mini.Open();
        using var images = ImageBatch.Load(files);
        Assert.Equal(set.Metrics.Where(m => m.Kind is not MetricKind.FullReference).Select(m => m.Name), scores.Metrics.Select(m => m.Metric.Name));
        foreach (var metric in scores.Metrics)
        {
            var direct = set.Metrics.Single(m => m.Name == metric.Metric.Name);
            Assert.Equal(direct.Score(images, photos.C), new[] { 0, 2, 3 }.Select(i => metric.Values[i]), (x, y) => Math.Abs(x - y) < 1e-4);
            Assert.Equal(direct.Fingerprint, metric.Fingerprint);
            Assert.Equal((metric.Values.Average(), 0), (metric.Mean, metric.Undefined));
            Assert.InRange(metric.Mean, metric.Interval!.Low, metric.Interval.High);
        }
        Assert.Contains("PSNR, SSIM: for want of the clean pictures", scores.LeftOut.Select(l => l.ToString()));
        Assert.Null(scores.ReferenceSide);
    }

    [Fact]
    public void Originals_are_found_by_name_and_one_that_is_missing_or_of_another_size_is_refused()
    {
        var files = photos.B.SavePngs(folder.File("in"), ["x", "y", "z"]);
        photos.A.SavePngs(folder.File("clean"), ["z", "y", "x"]);
        var job = new PictureScoring { Files = files, CleanFolder = folder.File("clean") };
        var scores = Run(job);
        using var reversed = photos.A.Select(2, 1, 0);
        Assert.Equal(new Psnr().Score(photos.B, reversed), scores.Metrics.Single(m => m.Metric.Name == "PSNR").Values, (x, y) => Math.Abs(x - y) < 0.05);
        Assert.Contains("IMS-CLIP, identity (stand-in): for want of reference photos", scores.LeftOut.Select(l => l.ToString()));
        Pictures.Noise(32, 32, 1).SavePng(folder.File("clean", "y.png"));
        Assert.Contains("32×32", Assert.Throws<ArgumentException>(() => Run(job)).Message, StringComparison.Ordinal);
        Assert.Equal(3, Run(job with { Side = 64 }).Metrics[0].Values.Count);
        File.Delete(folder.File("clean", "y.png"));
        Assert.Contains("y.png", Assert.Throws<ArgumentException>(() => Run(job)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void References_of_several_sizes_become_squares_of_the_smallest_side()
    {
        var references = photos.C.SavePngs(folder.File("set"));
        Pictures.Noise(100, 80, 1).SavePng(folder.File("set", "wide.png"));
        var scores = Run(new PictureScoring { Files = photos.B.SavePngs(folder.File("in")), References = [.. references, folder.File("set", "wide.png")] });
        Assert.Equal(64, scores.ReferenceSide);
    }

    [Fact]
    public void A_run_that_is_stopped_scores_nothing_more()
    {
        var stages = new List<string>();
        using var stop = new CancellationTokenSource();
        var job = new PictureScoring { Files = photos.B.SavePngs(folder.File("in")) };
        Assert.Throws<OperationCanceledException>(() => job.Run(Mini, new Immediate<(string Stage, double Fraction)>(p =>
        {
            stages.Add(p.Stage);
            if (p.Stage == "CLIP-IQA") stop.Cancel();
        }), stop.Token));
        Assert.Equal(["reading pictures", "opening networks", "CLIP-IQA"], stages.Distinct());
    }

    [Fact]
    public void The_papers_folded_scores_come_from_the_raw_means_of_their_parts()
    {
        MetricScores Of(string name, params double[] values) => new(new Named(name), name, values);
        var parts = new[] { Of("IMS-IP", 0.4, 0.6, double.NaN), Of("IMS-VGG", -1, 0.8), Of("LIQE", 3, 5), Of("CLIP-IQAC", 0.2, 0.4) };
        var folded = PublishedAggregate.Of(parts);
        Assert.Equal(["IMS", "Q", "overall"], folded.Select(f => f.Name));
        // 0.7 · 0.5 + 0.3 · (-0.1); LIQE 4 is 0.5, so that Q = (0.5 + 0.3) / 2.
        Assert.Equal([0.32, 0.4, 0.36], folded.Select(f => f.Value), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(1, parts[0].Undefined);
        Assert.Equal(["Q"], PublishedAggregate.Of(parts[1..]).Select(f => f.Name));
        Assert.Empty(PublishedAggregate.Of([parts[0], Of("IMS-VGG", double.NaN)]));
    }

    [Fact]
    public void The_file_holds_every_score_and_the_hash_of_every_file()
    {
        var files = photos.B.SavePngs(folder.File("in"), ["x", "y", "z"]);
        // A picture that equals its original has an infinite PSNR, which JSON cannot hold.
        photos.A.SavePngs(folder.File("clean"), ["x", "y", "z"]);
        File.Copy(files[0], folder.File("clean", "x.png"), overwrite: true);
        var scores = Run(new PictureScoring { Files = files, References = photos.C.SavePngs(folder.File("set")), CleanFolder = folder.File("clean") });
        scores.Write(folder.File("new", "scores.json"));
        var json = JsonNode.Parse(File.ReadAllText(folder.File("new", "scores.json")))!;
        Assert.Equal(["scores.json"], Directory.GetFiles(folder.File("new")).Select(Path.GetFileName));
        Assert.Equal(["x.png", "y.png", "z.png"], json["pictures"]!.AsArray().Select(p => p!["file"]!.GetValue<string>()));
        Assert.Null(json["pictures"]![0]!["scores"]!["PSNR"]);
        Assert.Equal(scores.Metrics[0].Values[1], json["pictures"]![1]!["scores"]!["PSNR"]!.GetValue<double>());
        Assert.Equal((1, 3), (json["metrics"]![0]!["undefined"]!.GetValue<int>(), json["metrics"]![0]!["pictures"]!.GetValue<int>()));
        Assert.Equal(Fingerprint.OfFile(files[1]), json["pictures"]![1]!["sha256"]!.GetValue<string>());
        Assert.Equal(Fingerprint.OfFile(folder.File("clean", "y.png")), json["pictures"]![1]!["clean"]!["sha256"]!.GetValue<string>());
        Assert.Equal(3, json["references"]!.AsArray().Count);
        Assert.Equal(["clip", "tokenizer", "identity"], json["sources"]!.AsObject().Select(s => s.Key));
    }

    private static PictureScores Run(PictureScoring job) => job.Run(Mini, cancellationToken: TestContext.Current.CancellationToken);

    private sealed class Named(string name) : IMetric
    {
        public string Name => name;

        public MetricDirection Direction => MetricDirection.HigherIsBetter;

        public MetricKind Kind => MetricKind.NoReference;

        public (double Low, double High) Range => (-1, 5);

        public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => throw new NotSupportedException();
    }
}
