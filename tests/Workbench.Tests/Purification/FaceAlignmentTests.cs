using Workbench.Imaging;
using Workbench.Models.CodeFormer;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

/// <summary>Alignment, paste-back and detection on pictures whose landmarks are known because they were drawn.</summary>
public sealed class FaceAlignmentTests
{
    private static readonly SimilarityTransform Turn = new(0.8, 0.3, 12, -7);

    [Fact]
    public void The_least_squares_transform_is_exact_where_there_is_one_and_its_inverse_leads_back()
    {
        var points = FaceLandmarks.Template.Points;
        var found = SimilarityTransform.Between(points, [.. points.Select(p => Turn.Apply(p.X, p.Y))]);
        Assert.Equal(Turn.A, found.A, 1e-9);
        Assert.Equal(Turn.B, found.B, 1e-9);
        var (x, y) = found.Inverse().Apply(found.Apply(31, -4).X, found.Apply(31, -4).Y);
        Assert.Equal((31, -4), (Math.Round(x, 9), Math.Round(y, 9)));
        Assert.Throws<ArgumentException>(() => SimilarityTransform.Between([(1, 1), (1, 1)], [(0, 0), (1, 1)]));
    }

    [Fact]
    public void With_disturbed_points_the_squared_distance_is_smallest()
    {
        var points = FaceLandmarks.Template.Points;
        (double X, double Y)[] targets = [.. points.Select((p, i) => (Turn.Apply(p.X, p.Y).X + 9 * Math.Sin(i), Turn.Apply(p.X, p.Y).Y + 9 * Math.Cos(2 * i)))];
        var best = SimilarityTransform.Between(points, targets);
        double Error(SimilarityTransform t) => points.Zip(targets).Sum(p => Math.Pow(t.Apply(p.First.X, p.First.Y).X - p.Second.X, 2) + Math.Pow(t.Apply(p.First.X, p.First.Y).Y - p.Second.Y, 2));
        foreach (var other in new[] { best with { A = best.A + 1e-3 }, best with { B = best.B - 1e-3 }, best with { ShiftX = best.ShiftX + 0.1 }, best with { ShiftY = best.ShiftY - 0.1 } })
            Assert.True(Error(best) < Error(other));
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.45, 0.2)]
    public void An_aligned_face_has_its_landmarks_where_the_template_has_them(double scale, double turn)
    {
        var (picture, landmarks) = Drawn(new SimilarityTransform(scale, turn, 60, 20));
        var face = FaceWarp.Align(picture, landmarks.Alignment(128), 128);
        foreach (var point in FaceLandmarks.Template.Points)
        {
            var (x, y) = ((int)Math.Round(point.X / 4), (int)Math.Round(point.Y / 4));
            Assert.True(face.Pixels[(y * 128 + x) * 3] > 180, $"no dot at {x}, {y}");
        }
        Assert.True(face.Pixels[(90 * 128 + 64) * 3 + 1] < 100);
    }

    [Fact]
    public void Pasting_the_face_that_was_cut_out_changes_little_and_nothing_outside_its_square()
    {
        var picture = PilGaussianBlur.Blur(Pictures.Noise(200, 180, 3), 4);
        var alignment = new SimilarityTransform(0.9, 0.2, -30, -40);
        var pasted = FaceWarp.Paste(picture, FaceWarp.Align(picture, alignment, 96), alignment);
        Assert.True(picture.Pixels.Zip(pasted.Pixels).Max(p => Math.Abs(p.First - p.Second)) <= 6);
        var white = FaceWarp.Paste(picture, new RgbImage(96, 96, (255, 255, 255)), alignment);
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
            {
                var (u, v) = alignment.Apply(x, y);
                var (before, after) = (picture.Pixels[(y * picture.Width + x) * 3], white.Pixels[(y * picture.Width + x) * 3]);
                if (u is < 0 or > 95 || v is < 0 or > 95) Assert.Equal(before, after);
                else if (u is > 12 and < 83 && v is > 12 and < 83) Assert.Equal(255, after);
            }
    }

    [Fact]
    public void Codeformer_restores_the_faces_that_are_found_and_leaves_the_rest_and_pictures_without_faces_alone()
    {
        using var model = PurifierContractTests.Restorer();
        var (picture, landmarks) = Drawn(new SimilarityTransform(0.2, 0, 40, 30));
        using var images = ImageBatch.FromImages([picture, picture]);
        using var result = new CodeFormerPurifier(model, null, new Fixed([landmarks], [])).Purify(images, new Seed(1));
        var changed = result.Image(0);
        var alignment = landmarks.Alignment(16);
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
                if (alignment.Apply(x, y) is var (u, v) && (u is < 0 or > 15 || v is < 0 or > 15))
                    Assert.Equal(picture.Pixels[(y * picture.Width + x) * 3], changed.Pixels[(y * picture.Width + x) * 3]);
        Assert.False(changed.PixelsEqual(picture));
        Assert.True(result.Image(1).PixelsEqual(picture));
    }

    [Fact]
    public void A_cascade_finds_what_its_one_feature_describes_and_eyes_complete_the_landmarks()
    {
        using var folder = new TemporaryFolder();
        // Dark above bright, in a window of 24.
        var path = Path.Combine(folder.Path, HaarFaceLocator.FaceFile);
        File.WriteAllText(path, HaarXml.Cascade("<_>2 2 20 20 -1.</_><_>2 12 20 10 2.</_>", threshold: 0.6));
        var picture = new RgbImage(160, 120, (128, 128, 128));
        for (var y = 40; y < 88; y++)
            for (var x = 50; x < 98; x++)
                for (var c = 0; c < 3; c++) picture.Pixels[(y * 160 + x) * 3 + c] = (byte)(y < 64 ? 30 : 220);
        var found = HaarCascade.Load(path).Detect(picture);
        Assert.NotEmpty(found);
        Assert.InRange(found[0].Center.X, 64, 84);
        Assert.InRange(found[0].Center.Y, 59, 69);
        var face = HaarFaceLocator.FromFolder(folder.Path).Locate(picture)[0];
        Assert.True(face.LeftEye.X < face.Nose.X && face.Nose.X < face.RightEye.X && face.Nose.Y > face.LeftEye.Y && face.LeftMouth.Y > face.Nose.Y);
        HaarFaceLocator Least(double distance) => new(HaarCascade.Load(path)) { MinEyeDistance = distance };
        Assert.Equal(face, Least(face.EyeDistance).Locate(picture)[0]);
        Assert.DoesNotContain(face, Least(face.EyeDistance + 1e-9).Locate(picture));
        Assert.Empty(HaarCascade.Load(path).Detect(new RgbImage(160, 120, (128, 128, 128))));
    }

    [Theory]
    [InlineData("<nothing/>", "no <cascade>")]
    [InlineData("<opencv_storage><cascade><stageType>BOOST</stageType><featureType>LBP</featureType></cascade></opencv_storage>", "expected BOOST over HAAR")]
    [InlineData("not xml", "no cascade")]
    public void Other_files_are_refused(string content, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("cascade.xml"), content);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => HaarCascade.Load(folder.File("cascade.xml"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tilted_features_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("cascade.xml"), HaarXml.Cascade("<_>2 2 20 20 -1.</_><_>2 12 20 10 2.</_>", 0.5).Replace("</rects>", "</rects><tilted>1.</tilted>", StringComparison.Ordinal));
        Assert.Contains("tilted", Assert.Throws<InvalidDataException>(() => HaarCascade.Load(folder.File("cascade.xml"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void Windows_that_nearly_coincide_are_one_find_and_those_with_too_few_neighbors_are_dropped(int minNeighbors, int finds)
    {
        var groups = HaarCascade.Group([At(10, 10, 24), At(11, 10, 25), At(10, 12, 24), At(90, 80, 24)], minNeighbors);
        Assert.Equal(finds, groups.Count);
        if (finds != 1) return;
        Assert.Equal(3, groups[0].Neighbors);
        Assert.Equal(31.0 / 3, groups[0].X, 1e-9);
    }

    [Theory]
    [InlineData(5, 4, 1)] // more windows agree on the outer
    [InlineData(4, 4, 2)] // as many: both stay
    [InlineData(4, 5, 2)]
    [InlineData(3, 2, 1)] // hardly any windows inside
    [InlineData(3, 3, 2)] // no more than three outside
    public void A_find_inside_a_surer_one_is_dropped(int outer, int inner, int kept)
    {
        var windows = Enumerable.Repeat(At(20, 20, 80), outer).Concat(Enumerable.Repeat(At(40, 40, 24), inner)).ToArray();
        var found = HaarCascade.Group(windows, 1);
        Assert.Equal(kept, found.Count);
        Assert.Contains(found, f => f.Size == 80);
        // Beside it, or sticking out by more than a fifth of the outer one's side, it stays.
        foreach (var (x, size) in new[] { (130.0, 24.0), (95.0, 24.0) })
            Assert.Equal(2, HaarCascade.Group([.. Enumerable.Repeat(At(20, 20, 80), outer), .. Enumerable.Repeat(At(x, 40, size), inner)], 1).Count);
    }

    [Fact]
    public void Debians_cascade_finds_the_one_face_of_the_photo()
    {
        var cascades = Environment.GetEnvironmentVariable("WORKBENCH_HAARCASCADES") ?? "/usr/share/opencv4/haarcascades";
        Assert.SkipUnless(File.Exists(Path.Combine(cascades, HaarFaceLocator.FaceFile)), "Debian's package opencv-data is not installed, and WORKBENCH_HAARCASCADES names no such folder.");
        var photo = Goldens.GoldenCase.Ancestors().Select(f => Path.Combine(f, "data", "photos", "astronaut.png")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(photo is null, "data/photos/astronaut.png is not beside the tests.");
        var face = Assert.Single(HaarFaceLocator.FromFolder(cascades).Locate(ImageCodec.Load(photo)));
        // Where the eyes are seen in the photo of 512 pixels.
        Assert.InRange(face.LeftEye.X, 196, 212);
        Assert.InRange(face.LeftEye.Y, 92, 110);
        Assert.InRange(face.RightEye.X, 240, 256);
        Assert.InRange(face.RightEye.Y, 94, 112);
    }

    private static HaarDetection At(double x, double y, double size) => new(x, y, size, 1);

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.5)]
    [InlineData(5.0)]
    public void Pils_box_filters_have_the_variance_of_the_gaussian(double sigma)
    {
        var radius = PilGaussianBlur.BoxRadius(sigma);
        var (whole, share) = ((int)radius, radius - (int)radius);
        var total = 2 * radius + 1;
        var variance = (Enumerable.Range(-whole, 2 * whole + 1).Sum(i => (double)i * i) + 2 * share * (whole + 1) * (whole + 1)) / total;
        Assert.Equal(sigma * sigma, 3 * variance, 1e-9);
        var flat = new RgbImage(20, 10, (7, 100, 201));
        Assert.True(PilGaussianBlur.Blur(flat, sigma).PixelsEqual(flat));
        using var images = ImageBatch.FromImages([Pictures.Noise(64, 64, 2)]);
        using ImageBatch pil = new GaussianFilter(GaussianFilterOptions.Released with { Sigma = sigma }).Purify(images, new Seed(0)),
            exact = new GaussianFilter(new GaussianFilterOptions { Sigma = sigma, ReferenceSide = null }).Purify(images, new Seed(0));
        // Away from the borders, which the two treat differently.
        var inner = TensorScope.Value(() => (pil.Unit - exact.Unit)[.., .., 20..44, 20..44].abs().max().item<float>());
        Assert.True(inner < 0.03, $"{inner}");
    }

    /// <summary>A dark picture with a bright dot at every landmark.</summary>
    private static (RgbImage Picture, FaceLandmarks Landmarks) Drawn(SimilarityTransform toPicture)
    {
        var points = FaceLandmarks.Template.Points.Select(p => toPicture.Apply(p.X, p.Y)).ToArray();
        var picture = new RgbImage(320, 300, (40, 40, 40));
        foreach (var (px, py) in points)
            for (var y = (int)py - 4; y <= py + 4; y++)
                for (var x = (int)px - 4; x <= px + 4; x++)
                    for (var c = 0; c < 3; c++) picture.Pixels[(y * 320 + x) * 3 + c] = 250;
        return (picture, new FaceLandmarks(points[0], points[1], points[2], points[3], points[4]));
    }

    /// <summary>One answer a picture, in order.</summary>
    private sealed class Fixed(params IReadOnlyList<FaceLandmarks>[] answers) : IFaceLocator
    {
        private int asked;

        public IReadOnlyList<FaceLandmarks> Locate(RgbImage image) => answers[asked++];
    }
}
