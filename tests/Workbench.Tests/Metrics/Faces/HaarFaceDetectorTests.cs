using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Metrics.Faces;
using Workbench.Models.Identity;
using Workbench.Purification;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Metrics.Faces;

/// <summary>Detection and alignment on drawn faces: a bright square on black with two dark eyes, and cascades of one feature that describe these.</summary>
public sealed class HaarFaceDetectorTests : IDisposable
{
    private const int Width = 240, Height = 200, EyeSide = 12;

    private static readonly (double X, double Y) LeftEye = (104, 90), RightEye = (136, 102);

    private readonly TemporaryFolder folder = new();
    private readonly ImageBatch faces = ImageBatch.FromImages([Face(LeftEye, RightEye), new RgbImage(Width, Height, (0, 0, 0))]);

    public HaarFaceDetectorTests()
    {
        // A face: the middle brighter than the whole window. An eye: the middle darker than what surrounds it.
        WriteCascade(HaarFaceLocator.FaceFile, "<_>2 2 20 20 -1.</_><_>6 6 12 12 2.7777778</_>", 0.85);
        WriteCascade(HaarFaceLocator.EyeFile, "<_>2 2 20 20 1.</_><_>8 8 8 8 -6.25</_>", 1.1);
    }

    public void Dispose()
    {
        faces.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Boxes_lie_on_the_faces_and_two_eyes_give_landmarks()
    {
        var found = HaarFaceDetector.FromFolder(folder.Path).Detect(faces);
        Assert.Equal(2, found.Count);
        Assert.Empty(found[1]);
        var box = found[0][0];
        // The bright square is 80 wide about (120, 100), and half of the window.
        Assert.Equal(120, (box.Left + box.Right) / 2, 6.0);
        Assert.Equal(100, (box.Top + box.Bottom) / 2, 6.0);
        Assert.Equal(160, box.Right - box.Left, 16.0);
        Assert.InRange(box.Confidence, 0.5, 1);
        Assert.Equal(found[0].OrderByDescending(b => b.Confidence), found[0]);
        var landmarks = Assert.IsType<FaceLandmarks>(box.Landmarks);
        AssertNear(LeftEye, landmarks.LeftEye, 3);
        AssertNear(RightEye, landmarks.RightEye, 3);
        Assert.True(landmarks.Nose.Y > landmarks.LeftEye.Y && landmarks.LeftMouth.Y > landmarks.Nose.Y);
    }

    [Fact]
    public void Their_confidence_is_no_probability_and_makes_no_score()
    {
        using var set = new MetricSources { HaarCascades = folder.Path }.Open();
        Assert.Contains("FDFR", set.Metrics.Select(m => m.Name));
        Assert.DoesNotContain("SDS (face)", set.Metrics.Select(m => m.Name));
        Assert.Contains(set.LeftOut, l => l.Names.Contains("SDS (face)"));
    }

    [Fact]
    public void Without_an_eye_cascade_or_without_two_eyes_beside_each_other_there_are_boxes_only()
    {
        File.Delete(folder.File(HaarFaceLocator.EyeFile));
        Assert.Null(HaarFaceDetector.FromFolder(folder.Path).Detect(faces)[0][0].Landmarks);
        WriteCascade(HaarFaceLocator.EyeFile, "<_>2 2 20 20 1.</_><_>8 8 8 8 -6.25</_>", 1.1);
        using var odd = ImageBatch.FromImages([Face(LeftEye), Face((118, 82), (122, 118))]);
        Assert.All(HaarFaceDetector.FromFolder(folder.Path).Detect(odd), found => Assert.Null(found[0].Landmarks));
        File.Delete(folder.File(HaarFaceLocator.FaceFile));
        Assert.Contains(HaarFaceLocator.FaceFile, Assert.Throws<FileNotFoundException>(() => HaarFaceDetector.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 20, 20, 20, false)]
    [InlineData(20, 20, 21, 20, false)]
    [InlineData(20, 20, 60, 25, true)]
    [InlineData(20, 20, 60, 65, false)]
    public void Two_finds_in_one_place_or_above_each_other_are_no_pair_of_eyes(double x1, double y1, double x2, double y2, bool expected) =>
        Assert.Equal(expected, HaarFaceDetector.AreTwoEyes((x1, y1), (x2, y2), 100));

    [Theory]
    [InlineData("IMS-IP")]
    [InlineData("IMS-VGG")]
    [InlineData("ISM")]
    public void Embeddings_get_faces_aligned_by_the_published_rule_and_boxes_where_landmarks_are_missing(string name)
    {
        using var scope = NewDisposeScope();
        using var picture = faces.Slice(0, 1);
        var box = new FaceBox(60, 40, 180, 160, 0.9);
        var aligned = Crop(name, picture, box with { Landmarks = Landmarks() });
        var plain = Crop(name, picture, box);
        Assert.Equal([1L, 3, 120, 120], plain.shape);
        Assert.True(plain.allclose(picture.Unit.narrow(2, 40, 120).narrow(3, 60, 120) * 2 - 1));
        if (name == "IMS-IP")
        {
            Assert.Equal([1L, 3, FaceCrop.ArcFaceSide, FaceCrop.ArcFaceSide], aligned.shape);
            AssertEyesAt(aligned, FaceCrop.ArcFaceTemplate.LeftEye, FaceCrop.ArcFaceTemplate.RightEye);
            return;
        }
        // The eyes keep their distance of √(32² + 12²) about the box's middle, which lies in the middle between 104 and 136 but 4 below the eyes.
        Assert.Equal([1L, 3, 120, 120], aligned.shape);
        var (half, sine) = (Math.Sqrt(32 * 32 + 12 * 12) / 2, 12 / Math.Sqrt(32 * 32 + 12 * 12));
        var (middle, row) = (59.5 - 4 * sine, 59.5 - 4 * Math.Sqrt(1 - sine * sine));
        AssertEyesAt(aligned, (middle - half, row), (middle + half, row));
        // What turned in from outside the box is black, though the bright background lies there.
        using var bright = ImageBatch.FromImages([new RgbImage(Width, Height, (255, 255, 255))]);
        var corner = Crop(name, bright, box with { Landmarks = Landmarks() });
        Assert.Equal(-1, corner[0, 0, 0, 0].item<float>(), 1e-5);
        Assert.Equal(1, corner[0, 0, 60, 60].item<float>(), 1e-5);
    }

    [Fact]
    public void All_five_points_come_to_rest_on_the_template()
    {
        using var scope = NewDisposeScope();
        var toPicture = new SimilarityTransform(1.1, -0.4, 40, 60);
        var points = FaceCrop.ArcFaceTemplate.Points.Select(p => toPicture.Apply(p.X, p.Y)).ToArray();
        var picture = zeros(1, 1, Height, Width);
        foreach (var (x, y) in points) picture.narrow(2, (long)Math.Round(y) - 2, 5).narrow(3, (long)Math.Round(x) - 2, 5).fill_(1);
        var crop = FaceCrop.Of(picture, new FaceBox(0, 0, 5, 5, 1) { Landmarks = new FaceLandmarks(points[0], points[1], points[2], points[3], points[4]) }, FaceAlignment.ArcFace);
        foreach (var (x, y) in FaceCrop.ArcFaceTemplate.Points)
            Assert.True(crop[0, 0, (long)Math.Round(y), (long)Math.Round(x)].item<float>() > 0.9, $"no dot at {x}, {y}");
        Assert.True(crop[0, 0, 20, 56].item<float>() == 0);
    }

    private static FaceLandmarks Landmarks()
    {
        var template = FaceCrop.ArcFaceTemplate;
        var toPicture = SimilarityTransform.Between([template.LeftEye, template.RightEye], [LeftEye, RightEye]);
        (double X, double Y) Place((double X, double Y) point) => toPicture.Apply(point.X, point.Y);
        return new FaceLandmarks(LeftEye, RightEye, Place(template.Nose), Place(template.LeftMouth), Place(template.RightMouth));
    }

    private static Tensor Crop(string name, ImageBatch picture, FaceBox box)
    {
        var (camera, detector) = (new Camera(), new Fixed(box));
        var metric = name switch { "IMS-IP" => FaceIdentity.ImsIp(camera, detector), "IMS-VGG" => FaceIdentity.ImsVgg(camera, detector), _ => FaceIdentity.Ism(camera, detector) };
        Assert.Equal(name, metric.Name);
        _ = metric.Score(picture, picture);
        return camera.Seen!;
    }

    /// <summary>The eyes are dark, and just beside them it is bright.</summary>
    private static void AssertEyesAt(Tensor crop, params (double X, double Y)[] eyes)
    {
        float At(double x, double y) => crop[0, 0, (long)Math.Round(y), (long)Math.Round(x)].item<float>();
        foreach (var (x, y) in eyes)
        {
            Assert.True(At(x, y) < -0.5, $"no eye at {x}, {y}: {At(x, y)}");
            foreach (var (dx, dy) in new[] { (-13, 0), (13, 0), (0, -13), (0, 13) })
                Assert.True(At(x + dx, y + dy) > 0.5, $"not bright at {x + dx}, {y + dy}");
        }
    }

    private static void AssertNear((double X, double Y) expected, (double X, double Y) found, double distance)
    {
        Assert.Equal(expected.X, found.X, distance);
        Assert.Equal(expected.Y, found.Y, distance);
    }

    private static RgbImage Face(params (double X, double Y)[] eyes)
    {
        var image = new RgbImage(Width, Height, (0, 0, 0));
        Fill(image, 80, 60, 80, 80, 230);
        foreach (var (x, y) in eyes) Fill(image, (int)x - EyeSide / 2, (int)y - EyeSide / 2, EyeSide, EyeSide, 0);
        return image;
    }

    private static void Fill(RgbImage image, int left, int top, int width, int height, byte level)
    {
        for (var y = top; y < top + height; y++)
            image.Pixels.AsSpan((y * image.Width + left) * 3, width * 3).Fill(level);
    }

    private void WriteCascade(string name, string rects, double threshold) => File.WriteAllText(folder.File(name), HaarXml.Cascade(rects, threshold));

    /// <summary>Keeps what it is given.</summary>
    private sealed class Camera : IIdentityEncoder
    {
        public Tensor? Seen { get; private set; }

        public Tensor Embed(Tensor signedPixels)
        {
            Seen = signedPixels.clone().MoveToOuterDisposeScope();
            return tensor(new[] { 1f, 0f }).view(1, 2);
        }
    }

    private sealed class Fixed(FaceBox box) : IFaceDetector
    {
        public IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images) => [.. Enumerable.Repeat<IReadOnlyList<FaceBox>>([box], images.Count)];
    }
}
