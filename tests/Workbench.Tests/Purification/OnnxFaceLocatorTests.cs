using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;

namespace Workbench.Tests.Purification;

/// <summary>Detectors whose boxes are fixed and whose scores follow the picture's colours.</summary>
public sealed class OnnxFaceLocatorTests : IDisposable
{
    private static readonly float[][] Boxes = [[0.1f, 0.2f, 0.5f, 0.8f], [0.12f, 0.2f, 0.5f, 0.8f], [0.6f, 0.1f, 0.9f, 0.5f]];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Faces_come_with_their_five_landmarks_in_pixels_the_surest_first_and_each_once()
    {
        using var locator = new OnnxFaceLocator(Detector("five.onnx", five: true));
        var faces = locator.Locate(new RgbImage(200, 100, (255, 0, 0)));
        // The second box is the surest and covers the first.
        Assert.Equal(2, faces.Count);
        Assert.Equal((0.12 * 200 + 10, 20 + 5), Rounded(faces[0].LeftEye));
        Assert.Equal((0.12 * 200 + 50, 20 + 25), Rounded(faces[0].RightMouth));
        Assert.Equal((0.6 * 200 + 30, 10 + 15), Rounded(faces[1].Nose));
        Assert.Empty(locator.Locate(new RgbImage(200, 100, (0, 0, 255))));
    }

    [Fact]
    public void The_options_decide_about_colours_levels_confidence_and_size()
    {
        var path = Detector("five.onnx", five: true);
        int Count(RgbImage image, OnnxFaceLocatorOptions options)
        {
            using var locator = new OnnxFaceLocator(path, null, options);
            return locator.Locate(image).Count;
        }
        var (red, blue, paper) = (new RgbImage(200, 100, (255, 0, 0)), new RgbImage(200, 100, (0, 0, 255)), OnnxFaceLocatorOptions.UltraFace);
        Assert.Equal((0, 2), (Count(red, paper with { IsBgr = true }), Count(blue, paper with { IsBgr = true })));
        Assert.Equal(1, Count(red, paper with { Threshold = 0.95 }));
        Assert.Equal(3, Count(red, paper with { LargestOverlap = 0.99 }));
        Assert.Equal(0, Count(red, paper with { Mean = 200 }));
        Assert.Equal(0, Count(red, paper with { Scale = 1.0 / 256 }));
        // The eyes lie 10 pixels beside and 5 below each other.
        Assert.Equal((2, 0), (Count(red, paper with { MinEyeDistance = 11.1 }), Count(red, paper with { MinEyeDistance = 11.3 })));
        Assert.Contains("threshold", Assert.Throws<ArgumentException>(() => Count(red, paper with { Threshold = 2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_eight_landmarks_are_read_from_the_box_alone_and_become_five()
    {
        // All points at (0.5, 0.5) of the box but the nose, which moves right with the box's brightness.
        var (weights, bias) = (new float[136], Enumerable.Repeat(0.5f, 136).ToArray());
        (weights[60], bias[60]) = (1, 0);
        foreach (var i in Enumerable.Range(36, 6)) bias[2 * i] = 0.25f + (i - 38.5f) * 0.02f;
        foreach (var i in Enumerable.Range(42, 6)) bias[2 * i] = 0.75f + (i - 44.5f) * 0.02f;
        (bias[97], bias[109]) = (0.9f, 0.8f);
        File.WriteAllBytes(folder.File("68.onnx"), LinearOnnx.Network([1, 1, 64, 64], new LinearOnnx.Output([1, 136], weights, bias)));
        var picture = new RgbImage(200, 100, (255, 0, 0));
        for (var y = 10; y < 50; y++)
            for (var x = 120; x < 180; x++)
                for (var c = 0; c < 3; c++) picture.Pixels[(y * 200 + x) * 3 + c] = 192;
        using var locator = new OnnxFaceLocator(Detector("boxes.onnx", five: false), folder.File("68.onnx"), OnnxFaceLocatorOptions.UltraFace with { Threshold = 0.5 });
        var face = locator.Locate(picture)[1]; // the box at 120, 10 of 60×40
        Assert.Equal((120 + 0.25 * 60, 30.0), Rounded(face.LeftEye));
        Assert.Equal((120 + 0.75 * 60, 30.0), Rounded(face.RightEye));
        Assert.Equal((120 + 192.0 / 256 * 60, 30.0), Rounded(face.Nose));
        Assert.Equal((46.0, 42.0), (Math.Round(face.LeftMouth.Y, 2), Math.Round(face.RightMouth.Y, 2)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_the_name_of_its_file()
    {
        var picture = new RgbImage(200, 100, (255, 0, 0));
        string Refusal(string detector, string? landmarks = null) => Assert.Throws<InvalidDataException>(() => new OnnxFaceLocator(detector, landmarks).Locate(picture)).Message;
        File.WriteAllBytes(folder.File("odd.onnx"), LinearOnnx.Network([1, 3, 8, 8], new LinearOnnx.Output([1, 1, 2], new float[6], [0, 1])));
        File.WriteAllBytes(folder.File("grey.onnx"), LinearOnnx.Network([1, 1, 8, 8], new LinearOnnx.Output([1, 2], new float[2], [0, 1])));
        folder.WriteText("none", "text.onnx");
        Assert.Contains("boxes only", Refusal(Detector("boxes.onnx", five: false)), StringComparison.Ordinal);
        Assert.Contains("odd.onnx: the outputs are [1, 1, 2]", Refusal(folder.File("odd.onnx")), StringComparison.Ordinal);
        Assert.Contains("grey.onnx: the network did not take", Refusal(folder.File("grey.onnx")), StringComparison.Ordinal);
        Assert.Contains("grey.onnx: the outputs are [1, 2]", Refusal(folder.File("boxes.onnx"), folder.File("grey.onnx")), StringComparison.Ordinal);
        Assert.Contains("text.onnx", Refusal(folder.File("text.onnx")), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => new OnnxFaceLocator(folder.File("none.onnx")));
    }

    [Fact]
    public void A_chain_restores_the_faces_of_the_detector_that_its_sources_name()
    {
        using (var model = PurifierContractTests.Restorer()) model.SavePretrained(folder.File("restoration"));
        var sources = new PurifierSources { Restorer = folder.File("restoration"), FaceDetector = Detector("five.onnx", five: true) };
        Assert.True(sources.FindsFaces);
        using var images = ImageBatch.FromImages([new RgbImage(200, 100, (255, 0, 0)), new RgbImage(200, 100, (0, 0, 255))]);
        using var result = PurifierChain.Parse("code", sources).Purify(images, new Seed(1));
        Assert.False(result.Image(0).PixelsEqual(images.Image(0)));
        Assert.True(result.Image(1).PixelsEqual(images.Image(1)));
        Assert.Contains("not by both", Assert.Throws<ArgumentException>(() => PurifierChain.Parse("code", sources with { FaceCascades = folder.Path })).Message, StringComparison.Ordinal);
        Assert.Contains("needs a face detector", Assert.Throws<ArgumentException>(
            () => PurifierChain.Parse("code", sources with { FaceDetector = null, FaceLandmarks = sources.FaceDetector })).Message, StringComparison.Ordinal);
        images.Image(0).SavePng(folder.File("in", "a.png"));
        PurificationFolder.Run(new PurificationJob { Chain = "code", Files = [folder.File("in", "a.png")], Output = folder.File("out"), Sources = sources }, new Seed(1));
        var models = JsonNode.Parse(File.ReadAllText(folder.File("out", PurificationFolder.ManifestName)))!["models"]!.AsObject();
        Assert.Equal(["restoration", "face_detector"], models.Select(m => m.Key));
        Assert.Equal(("five.onnx", Fingerprint.OfFile(sources.FaceDetector!)), (models["face_detector"]!["file"]!.GetValue<string>(), models["face_detector"]!["sha256"]!.GetValue<string>()));
    }

    /// <summary>Three boxes; the mean of red, (255 − 127) / 128 = 1 where all is red, is the second's score, 0.9 of it the others'.</summary>
    private string Detector(string name, bool five)
    {
        float[] scores = [0, 0.9f, 0, 1, 0, 0.9f];
        var outputs = new List<LinearOnnx.Output>
        {
            new([1, 3, 2], [.. scores, .. new float[12]], new float[6]), new([1, 3, 4], new float[36], [.. Boxes.SelectMany(b => b)]),
        };
        // Points from the box's corner, a twentieth of the picture further right and down each.
        if (five) outputs.Insert(0, new([1, 3, 10], new float[90], [.. Boxes.SelectMany(b => Enumerable.Range(1, 5).SelectMany(i => new[] { b[0] + 0.05f * i, b[1] + 0.05f * i }))]));
        File.WriteAllBytes(folder.File(name), LinearOnnx.Network([1, 3, 24, 32], [.. outputs]));
        return folder.File(name);
    }

    private static (double X, double Y) Rounded((double X, double Y) point) => (Math.Round(point.X, 2), Math.Round(point.Y, 2));
}
