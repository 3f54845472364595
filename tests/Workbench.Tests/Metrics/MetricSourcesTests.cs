using TorchSharp;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Metrics.Faces;
using Workbench.Models.Clip;
using Workbench.Models.Identity;
using Workbench.Tensors;
using Workbench.Tests.Metrics.Faces;
using Workbench.Tests.Purification;
using Workbench.Weights;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Metrics;

/// <summary>Portraits of the mini world, scored by its own networks or by the smallest files of every role.</summary>
public sealed class MetricSourcesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SubjectPhotos photos = SubjectPhotos.OfMiniWorld(0, 2);

    public void Dispose()
    {
        photos.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_model_folder_alone_gives_clip_and_identity_and_names_what_is_missing()
    {
        using var set = MetricSources.FromModelFolder(MiniWorldModels.Find()).Open(photos.C);
        Assert.Equal(["PSNR", "SSIM", "CLIP-IQA", "CLIP-IQAC", "CLIP-IQAC log-odds", "IMS-CLIP", "identity (stand-in)"], set.Metrics.Select(m => m.Name));
        Assert.Equal(
            ["LPIPS", "LPIPS (VGG)", "FDFR, IMS-IP, ISM, IMS-VGG, IMS (published)", "SDS (face)", "IMS-IP, ISM, IMS (published)", "IMS-VGG, IMS (published)", "LIQE, Q (published)", "BRISQUE"],
            set.LeftOut.Select(l => string.Join(", ", l.Names)));
        using var encoder = IdentityEncoder.FromPretrained(Path.Combine(MiniWorldModels.Find(), "identity"));
        Assert.Equal(new IdentitySimilarity(encoder).Score(photos.B, photos.C), set.Metrics[^1].Score(photos.B, photos.C), Close);
        Assert.Contains("CLIP's tokenizer", new MetricSources { Clip = Path.Combine(MiniWorldModels.Find(), "clip") }.Open().LeftOut[0].Want, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_given_opens_every_published_score_and_aggregates_fold_the_parts()
    {
        var sources = Everything();
        using var set = sources.Open(photos.C);
        Assert.Equal(
            ["PSNR", "SSIM", "CLIP-IQA", "CLIP-IQAC", "CLIP-IQAC log-odds", "IMS-CLIP", "LPIPS", "FDFR", "SDS (face)", "IMS-IP", "ISM", "IMS-VGG", "IMS (published)", "LIQE", "Q (published)", "BRISQUE"],
            set.Metrics.Select(m => m.Name));
        Assert.Equal(["LPIPS (VGG)"], set.LeftOut.SelectMany(l => l.Names));
        var scores = set.Metrics.ToDictionary(m => m.Name, m => m.Score(photos.B, m.Kind is MetricKind.FullReference ? photos.A : photos.C));
        using OnnxFaceEmbedding arcFace = new(sources.ArcFace!), vggFace = new(sources.VggFace!, OnnxFaceEmbeddingOptions.VggFace);
        using var detector = new OnnxFaceDetector(sources.FaceDetector!);
        var (ip, vgg) = (FaceIdentity.ImsIp(arcFace, detector), FaceIdentity.ImsVgg(vggFace, detector));
        Assert.Equal(ip.Score(photos.B, photos.C), scores["IMS-IP"], Close);
        Assert.Equal(new PublishedIms(ip, vgg).Score(photos.B, photos.C), scores["IMS (published)"], Close);
        Assert.Equal(scores["LIQE"].Zip(scores["CLIP-IQAC"], (l, c) => (2 * (l - 1) / 4 - 1 + c) / 2), scores["Q (published)"], Close);
        Assert.Equal([0.0, 0], scores["FDFR"]);
        // A part that kept its scores gives those of other pictures all the same.
        Assert.Equal(ip.Score(photos.A, photos.C), set.Metrics.Single(m => m.Name == "IMS-IP").Score(photos.A, photos.C), Close);
        var prints = set.Metrics.ToDictionary(m => m.Name, m => m.Fingerprint);
        TinyMetricFiles.WriteDetector(folder, 0.8f);
        using var other = sources.Open();
        File.WriteAllBytes(folder.File("arcface.onnx"), TinyOnnx.Mean([1, 3, 112, 112], 1, 3, 112));
        using var third = sources.Open();
        Assert.Equal(["FDFR", "IMS (published)", "IMS-IP", "IMS-VGG", "ISM", "SDS (face)"], other.Metrics.Where(m => m.Fingerprint != prints[m.Name]).Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["IMS-IP", "ISM", "IMS (published)"], third.Metrics.Where((m, i) => m.Fingerprint != other.Metrics[i].Fingerprint).Select(m => m.Name));
    }

    [Fact]
    public void Of_another_class_than_people_clip_says_whether_it_is_shown()
    {
        var sources = MetricSources.FromModelFolder(MiniWorldModels.Find()) with { Class = "cat" };
        using var set = sources.Open();
        var metric = set.Metrics.Single(m => m.Name == "SDS");
        Assert.Equal(SubjectDetection.Published(set.Clip!, "cat").Fingerprint, metric.Fingerprint);
        Assert.Contains("CLIP-IQAC cat", set.Metrics.Single(m => m.Name == "CLIP-IQAC").Fingerprint, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_face_in_the_references_likeness_is_left_out_and_failure_is_not()
    {
        var sources = Everything();
        TinyMetricFiles.WriteDetector(folder, 0.1f);
        using var set = sources.Open(photos.C);
        Assert.Contains("a face in the references", set.LeftOut.Select(l => l.Want));
        Assert.Empty(set.Metrics.Select(m => m.Name).Intersect(["IMS-IP", "ISM", "IMS-VGG", "IMS (published)"]));
        Assert.Equal([1.0, 1], set.Metrics.Single(m => m.Name == "FDFR").Score(photos.B));
    }

    [Fact]
    public void A_tokenizer_that_is_not_liqes_and_a_file_that_is_not_there_are_refused_by_name()
    {
        var sources = Everything() with { Liqe = TinyMetricFiles.WriteLiqe(folder, "other.safetensors", 60) };
        var error = Assert.Throws<InvalidDataException>(() => sources.Open());
        Assert.Contains("other.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("60 tokens", error.Message, StringComparison.Ordinal);
        foreach (var wrong in new[] { sources with { Liqe = null, ArcFace = "none.onnx" }, sources with { Liqe = null, Brisque = folder.File("none") }, sources with { Liqe = null, HaarCascades = folder.File("none") } })
            Assert.Contains("none", Assert.ThrowsAny<IOException>(() => wrong.Open()).Message, StringComparison.Ordinal);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-6;

    private MetricSources Everything() => TinyMetricFiles.Write(folder);
}
