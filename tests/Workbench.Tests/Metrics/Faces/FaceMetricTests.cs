using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Metrics.Faces;
using Workbench.Models.Identity;
using Workbench.Purification;
using Workbench.Tests.Purification;
using Xunit;

namespace Workbench.Tests.Metrics.Faces;

public sealed class FaceMetricTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    // Left half red, right half green; a black picture has no face.
    private readonly ImageBatch images = ImageBatch.FromImages([Halves((255, 0, 0), (0, 255, 0)), new RgbImage(8, 8, (0, 0, 0))]);
    private readonly ImageBatch references = ImageBatch.FromImages([new RgbImage(8, 8, (200, 0, 0)), new RgbImage(8, 8, (0, 90, 0)), new RgbImage(8, 8, (0, 0, 0))]);

    public void Dispose()
    {
        images.Dispose();
        references.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void One_face_a_picture_is_compared_by_the_published_rules()
    {
        // The larger box holds only red: cosine 1 to the red reference and 0 to the green one.
        var (colours, detector) = (new Colours(), new Boxes());
        Assert.Equal([0.5, -1], FaceIdentity.ImsIp(colours, detector).Score(images, references), Close);
        Assert.Equal([Math.Sqrt(0.5), double.NaN], FaceIdentity.Ism(colours, detector).Score(images, references), Close);
        // Only the red reference lies within distance 0.40. The black picture counts whole, at the same distance from both colours: none is near.
        using var coloured = references.Slice(0, 2);
        Assert.Equal([1, -1], FaceIdentity.ImsVgg(colours, detector).Score(images, coloured), Close);
        // The detector's first face counts there, which is green.
        using ImageBatch half = images.Slice(0, 1), red = references.Slice(0, 1);
        Assert.Equal([-1], FaceIdentity.ImsVgg(colours, detector).Score(half, red), Close);
        Assert.Equal([1], FaceIdentity.ImsIp(colours, detector).Score(half, red), Close);
        // A reference without a face counts whole too, and equals the black picture.
        Assert.Equal([1, 1], FaceIdentity.ImsVgg(colours, detector).Score(images, references), Close);
        using var faceless = references.Slice(2, 1);
        Assert.Contains("IMS-IP", Assert.Throws<ArgumentException>(() => FaceIdentity.ImsIp(colours, detector).Score(images, faceless)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_rate_and_confidence_come_from_the_detector_alone()
    {
        Assert.Equal([0, 1], new FaceDetectionFailure(new Boxes()).Score(images));
        Assert.Equal([0.7, 0], new FaceConfidence(new Boxes()).Score(images), Close);
    }

    [Fact]
    public void Published_scores_are_the_published_means()
    {
        var (ip, vgg) = (FaceIdentity.ImsIp(new Colours(), new Boxes()), FaceIdentity.ImsVgg(new Colours(), new Boxes()));
        using var coloured = references.Slice(0, 2);
        Assert.Equal([0.7 * 0.5 + 0.3, -1], new PublishedIms(ip, vgg).Score(images, coloured), Close);
        // LIQE' of 1, 3, 5 is -1, 0, 1.
        Assert.Equal([-0.5, 0.1], new PublishedQuality(new Fixed(1, 3), new Fixed(0, 0.2)).Score(images), Close);
        Assert.Equal([0.75], new PublishedQuality(new Fixed(5), new Fixed(0.5)).Score(images), Close);
    }

    [Fact]
    public void Detections_below_the_threshold_or_under_a_surer_one_are_dropped()
    {
        float[] scores = [0.1f, 0.9f, 0.2f, 0.8f, 0.05f, 0.95f, 0.5f, 0.5f];
        float[] boxes = [0, 0, 0.5f, 0.5f, 0.02f, 0, 0.5f, 0.5f, 0.6f, 0.6f, 1, 1, 0, 0, 1, 1];
        var found = OnnxFaceDetector.Decode(scores, boxes, 100, 50, OnnxFaceDetectorOptions.UltraFace);
        Assert.Equal(2, found.Count);
        Assert.Equal((60.0, 30.0, 100.0, 50.0), (Math.Round(found[0].Left, 3), Math.Round(found[0].Top, 3), found[0].Right, found[0].Bottom));
        Assert.Equal(0.9, found[1].Confidence, 1e-6);
        Assert.Equal(1.0 / 7, new FaceBox(0, 0, 2, 2, 1).Overlap(new FaceBox(1, 1, 3, 3, 1)), 1e-12);
    }

    [Fact]
    public void A_detector_gets_pictures_of_the_size_that_its_file_states()
    {
        var path = folder.File("detector.onnx");
        File.WriteAllBytes(path, LinearOnnx.Network([1, 3, 24, 32], new([1, 1, 2], new float[6], [0.1f, 0.9f]), new([1, 1, 4], new float[12], [0.25f, 0.5f, 0.75f, 1])));
        using var detector = new OnnxFaceDetector(path);
        using var pictures = ImageBatch.FromImages([new RgbImage(40, 20, (200, 100, 150))]);
        var face = detector.Detect(pictures)[0].Single();
        Assert.Equal((10.0, 10.0, 30.0, 20.0), (face.Left, face.Top, face.Right, face.Bottom));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_onnx_network_gets_pixels_as_its_options_say(bool isChannelsLast)
    {
        // The network averages over height and width, so its output is the mean of each channel as it was fed.
        var path = folder.File("net.onnx");
        File.WriteAllBytes(path, isChannelsLast ? TinyOnnx.Mean([1, 4, 4, 3], 1, 2, 3) : TinyOnnx.Mean([1, 3, 4, 4], 2, 3, 3));
        var options = new OnnxFaceEmbeddingOptions { Size = 4, IsBgr = isChannelsLast, Mean = 100, Scale = 0.01, IsChannelsLast = isChannelsLast };
        using var network = new OnnxFaceEmbedding(path, options);
        using var pictures = ImageBatch.FromImages([new RgbImage(8, 8, (200, 100, 150)), new RgbImage(8, 8, (100, 100, 110))]);
        using var scope = torch.NewDisposeScope();
        var found = network.Embed(pictures.ToSigned());
        var length = Math.Sqrt(1 + 0.25);
        double[] expected = isChannelsLast ? [0.5 / length, 0, 1 / length, 1, 0, 0] : [1 / length, 0, 0.5 / length, 0, 0, 1];
        Assert.Equal(expected, found.view(-1).data<float>().Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Missing_and_broken_onnx_files_are_named()
    {
        Assert.Contains("nowhere.onnx", Assert.Throws<FileNotFoundException>(() => new OnnxFaceEmbedding("nowhere.onnx").Embed(torch.zeros(1))).Message, StringComparison.Ordinal);
        var path = folder.File("broken.onnx");
        File.WriteAllText(path, "no network");
        Assert.Contains("broken.onnx", Assert.Throws<InvalidDataException>(() => new OnnxFaceDetector(path).Detect(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_portrait_is_a_face_where_clip_sees_the_class()
    {
        var detection = new SubjectDetection(TinyClip.Embedder(folder), "person", ["cat"]);
        var p = detection.Score(images)[0];
        Assert.Equal(new FaceBox(0, 0, 8, 8, p), Assert.Single(new ClipFaceDetector(detection, p - 1e-6).Detect(images)[0]));
        Assert.Empty(new ClipFaceDetector(detection, p + 1e-6).Detect(images)[0]);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-4 || (double.IsNaN(a) && double.IsNaN(b));

    private static RgbImage Halves((byte R, byte G, byte B) left, (byte R, byte G, byte B) right)
    {
        var image = new RgbImage(8, 8, left);
        for (var y = 0; y < 8; y++)
            for (var x = 4; x < 8; x++) (image.Pixels[3 * (8 * y + x)], image.Pixels[3 * (8 * y + x) + 1], image.Pixels[3 * (8 * y + x) + 2]) = right;
        return image;
    }

    // The direction of the mean colour; black points between all three.
    private sealed class Colours : IIdentityEncoder
    {
        public torch.Tensor Embed(torch.Tensor signedPixels)
        {
            var colour = (signedPixels + 1).mean([2, 3]) + 1e-6;
            return colour / colour.square().sum(1, keepdim: true).sqrt();
        }
    }

    // Two boxes in a bright picture, the smaller one surer; none in a black one.
    private sealed class Boxes : IFaceDetector
    {
        public IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images) => [.. Enumerable.Range(0, images.Count).Select(i =>
            (IReadOnlyList<FaceBox>)(images.Unit[i].max().item<float>() > 0 ? [new FaceBox(6, 6, 8, 8, 0.9), new FaceBox(-1, 0, 4, 8, 0.5)] : []))];
    }

    private sealed class Fixed(params double[] scores) : IMetric
    {
        public string Name => "fixed";

        public MetricDirection Direction => MetricDirection.HigherIsBetter;

        public MetricKind Kind => MetricKind.NoReference;

        public (double Low, double High) Range => (0, 5);

        public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null) => scores;
    }
}
