using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Metrics.Faces;
using Workbench.Models.Identity;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Metrics;

/// <summary>What every metric must keep to, whatever it measures.</summary>
public sealed class MetricContractTests
{
    private sealed class MeanEncoder : IIdentityEncoder
    {
        public Tensor Embed(Tensor signedPixels)
        {
            var colour = signedPixels.mean([2, 3]);
            return colour / colour.square().sum(1, keepdim: true).sqrt();
        }
    }

    public static TheoryData<string> Names => new("PSNR", "SSIM", "LPIPS", "LPIPS (VGG)", "BRISQUE", "CLIP-IQA", "CLIP-IQAC", "CLIP-IQAC log-odds", "SDS", "IMS-CLIP", "IMS", "IMS-IP", "IMS-VGG", "ISM", "FDFR", "SDS (face)", "IMS (published)", "LIQE", "Q (published)", "CLIP feature distance");

    [Theory]
    [MemberData(nameof(Names))]
    public void One_finite_score_a_picture_within_the_declared_range_the_same_twice(string name)
    {
        using var folder = new TemporaryFolder();
        var metric = Create(name, folder);
        Assert.Equal(name, metric.Name);
        using var images = ImageBatch.FromImages([Pictures.Noise(64, 64, 1), Pictures.Gradient(64, 64)]);
        using var references = ImageBatch.FromImages([Pictures.Gradient(64, 64), Pictures.Noise(64, 64, 4)]);
        var scores = metric.Score(images, metric.Kind is MetricKind.NoReference ? null : references);
        Assert.Equal(2, scores.Count);
        Assert.All(scores, s => Assert.InRange(s, metric.Range.Low - 1e-6, metric.Range.High));
        Assert.All(scores, s => Assert.True(double.IsFinite(s)));
        Assert.Equal(scores, metric.Score(images, references));
        // A score belongs to its picture, not to its place in the batch.
        using var swapped = images.Select(1, 0);
        using var swappedReferences = references.Select(1, 0);
        var again = metric.Score(swapped, swappedReferences);
        Assert.Equal(scores[0], again[1], 1e-4);
        Assert.Equal(scores[1], again[0], 1e-4);
        if (metric.Kind is not MetricKind.NoReference) Assert.Throws<ArgumentException>(() => metric.Score(images));
    }

    [Theory]
    [InlineData("PSNR")]
    [InlineData("SSIM")]
    [InlineData("LPIPS")]
    [InlineData("LPIPS (VGG)")]
    [InlineData("CLIP feature distance")]
    public void Direction_says_which_way_more_noise_moves_a_full_reference_metric(string name)
    {
        using var folder = new TemporaryFolder();
        var metric = Create(name, folder);
        using var clean = ImageBatch.FromImages([Pictures.Gradient(64, 64)]);
        using var noise = ImageBatch.FromImages([Pictures.Noise(64, 64, 9)]);
        using var weak = ImageBatch.FromUnit(clean.Unit * 0.95 + noise.Unit * 0.05);
        using var strong = ImageBatch.FromUnit(clean.Unit * 0.6 + noise.Unit * 0.4);
        var (better, worse) = (metric.Score(weak, clean)[0], metric.Score(strong, clean)[0]);
        Assert.True(metric.Direction is MetricDirection.HigherIsBetter ? better > worse : better < worse, $"{better} against {worse}");
    }

    [Fact]
    public void Fingerprints_are_those_of_weights_and_settings()
    {
        using var folder = new TemporaryFolder();
        var prints = Names.Select(row => Create(row.Data, folder).Fingerprint).ToArray();
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.Equal(prints, Names.Select(row => Create(row.Data, folder).Fingerprint));
        Assert.All(Names.Zip(prints), pair => Assert.StartsWith(pair.First.Data, pair.Second, StringComparison.Ordinal));
        var embedder = TinyClip.Embedder(folder);
        Assert.NotEqual(new ClipIqac(embedder).Fingerprint, new ClipIqac(embedder, "cat").Fingerprint);
        Assert.NotEqual(new ClipIqa(embedder).Fingerprint, new ClipIqa(embedder) { BadPrompt = "Poor photo." }.Fingerprint);
        Assert.NotEqual(new IdentitySimilarity(new MeanEncoder()).Fingerprint, new IdentitySimilarity(new MeanEncoder()) { DistanceThreshold = 0.4 }.Fingerprint);
        using Lpips one = new(LpipsNet.Alex), two = new(LpipsNet.Alex);
        Assert.NotEqual(((IMetric)one).Fingerprint, ((IMetric)two).Fingerprint);
    }

    private static IMetric Create(string name, TemporaryFolder folder) => name switch
    {
        "PSNR" => new Psnr(),
        "SSIM" => new Ssim(),
        "LPIPS" => Load("metrics_lpips_alex", LpipsNet.Alex, folder),
        "LPIPS (VGG)" => Load("metrics_lpips_vgg", LpipsNet.Vgg, folder),
        "BRISQUE" => new Brisque(BrisqueTests.WriteModel(folder, "[ " + string.Join(", ", Enumerable.Repeat("0.5", 36)) + " ]", "2.0e+01")),
        "CLIP-IQA" => new ClipIqa(TinyClip.Embedder(folder)),
        "CLIP-IQAC" => new ClipIqac(TinyClip.Embedder(folder)),
        "CLIP-IQAC log-odds" => new ClipIqacLogOdds(TinyClip.Embedder(folder)),
        "SDS" => new SubjectDetection(TinyClip.Embedder(folder), "person", ["cat"]),
        "IMS-CLIP" => new ClipSimilarity(TinyClip.Embedder(folder)),
        "CLIP feature distance" => new ClipFeatureDistance(TinyClip.Model()),
        "IMS" => new IdentitySimilarity(new MeanEncoder()),
        "IMS-IP" => FaceIdentity.ImsIp(new MeanEncoder(), Portraits(folder)),
        "IMS-VGG" => FaceIdentity.ImsVgg(new MeanEncoder(), Portraits(folder)),
        "ISM" => FaceIdentity.Ism(new MeanEncoder(), Portraits(folder)),
        "FDFR" => new FaceDetectionFailure(Portraits(folder)),
        "SDS (face)" => new FaceConfidence(Portraits(folder)),
        "IMS (published)" => new PublishedIms(Create("IMS-IP", folder), Create("IMS-VGG", folder)),
        "LIQE" => new Liqe(TinyClip.Model(), TinyClip.Tokenizer(folder), new LiqeOptions { Qualities = ["bad", "poor", "fair", "good", "fine"], Scenes = ["cat"], Artifacts = ["fog"] }),
        "Q (published)" => new PublishedQuality(Create("LIQE", folder), Create("CLIP-IQAC", folder)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "unknown"),
    };

    private static ClipFaceDetector Portraits(TemporaryFolder folder) => new(new SubjectDetection(TinyClip.Embedder(folder), "person", ["cat"]), 0);

    private static Lpips Load(string golden, LpipsNet net, TemporaryFolder folder) =>
        Lpips.Load(net, FormulaWeights.WritePackage(Goldens.GoldenCase.Named(golden).File("weights_formula.json"), folder));
}
