using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.Onnx;

namespace Workbench.Purification;

/// <summary>Finds faces and their five landmarks with a detector of the user's own, and a network of 68 landmarks where the detector has none.</summary>
/// <remarks>
/// The detector takes the whole picture, resized to <c>[1, 3, H, W]</c>, and gives scores <c>[1, A, 2]</c> (background, face), boxes
/// <c>[1, A, 4]</c> (left, top, right, bottom) and, if it has them, landmarks <c>[1, A, 10]</c> (x and y of the points of <see cref="FaceLandmarks"/>
/// in their order), in any order of outputs; places are shares of the picture, prior boxes already decoded. The landmark network takes the box as
/// <c>[1, 1, S, S]</c> grey and gives 68 x and y, shares of the box, in the order of the 300-W challenge. The published program finds faces with
/// RetinaFace; the project ships no detector.
/// </remarks>
public sealed class OnnxFaceLocator : IFaceLocator, IDisposable
{
    private readonly OnnxNetwork detector;
    private readonly OnnxNetwork? landmarks;
    private readonly OnnxFaceLocatorOptions options;

    /// <summary>Opens the files.</summary>
    /// <param name="detector">An ONNX file.</param>
    /// <param name="landmarks">An ONNX file of 68 landmarks; null where the detector gives five itself. Goes before the detector's.</param>
    /// <param name="options">What the networks expect; null for <see cref="OnnxFaceLocatorOptions.UltraFace"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is no ONNX file.</exception>
    public OnnxFaceLocator(string detector, string? landmarks = null, OnnxFaceLocatorOptions? options = null)
    {
        this.options = options ?? OnnxFaceLocatorOptions.UltraFace;
        this.options.Validate();
        this.detector = new OnnxNetwork(detector);
        this.landmarks = landmarks is null ? null : new OnnxNetwork(landmarks);
    }

    /// <inheritdoc/>
    /// <remarks>The surest face first.</remarks>
    /// <exception cref="InvalidDataException">A network gives other outputs than are expected, or nothing gives landmarks.</exception>
    public IReadOnlyList<FaceLandmarks> Locate(RgbImage image) =>
        [.. FaceBox.Surest(Detect(image), options.LargestOverlap).Select(face => landmarks is null ? face.Landmarks! : Marks68(image, face, landmarks)).Where(face => face.EyeDistance >= options.MinEyeDistance)];

    /// <inheritdoc/>
    public void Dispose()
    {
        detector.Dispose();
        landmarks?.Dispose();
    }

    private IEnumerable<FaceBox> Detect(RgbImage image)
    {
        var (width, height) = (detector.Side(3, options.Width), detector.Side(2, options.Height));
        var outputs = detector.Run(Colours(image.Resize(width, height, Resampling.Bilinear)), [1, 3, height, width]);
        var (scores, boxes, five) = (Output(outputs, 2), Output(outputs, 4), Output(outputs, 10));
        if (scores is null || boxes is null || boxes.Length != 2 * scores.Length || (five is not null && five.Length != 5 * scores.Length))
            throw new InvalidDataException($"{detector.Path}: the outputs are {Shapes(outputs)}, expected scores [1, A, 2], boxes [1, A, 4] and perhaps landmarks [1, A, 10].");
        if (five is null && landmarks is null)
            throw new InvalidDataException($"{detector.Path}: the detector gives boxes only; name a network of 68 landmarks beside it.");
        for (var a = 0; a < scores.Length / 2; a++)
        {
            if (!(scores[2 * a + 1] >= options.Threshold)) continue;
            (double X, double Y) Point(float[] values, int at) => (values[at] * image.Width, values[at + 1] * image.Height);
            var ((left, top), (right, bottom)) = (Point(boxes, 4 * a), Point(boxes, 4 * a + 2));
            (double X, double Y) Mark(int i) => Point(five!, 10 * a + 2 * i);
            yield return new FaceBox(left, top, right, bottom, scores[2 * a + 1])
            {
                Landmarks = five is null ? null : new FaceLandmarks(Mark(0), Mark(1), Mark(2), Mark(3), Mark(4)),
            };
        }
    }

    private FaceLandmarks Marks68(RgbImage image, FaceBox face, OnnxNetwork network)
    {
        var (x, y) = ((int)Math.Clamp(Math.Round(face.Left), 0, image.Width - 1), (int)Math.Clamp(Math.Round(face.Top), 0, image.Height - 1));
        var width = (int)Math.Clamp(Math.Round(face.Right) - x, 1, image.Width - x);
        var height = (int)Math.Clamp(Math.Round(face.Bottom) - y, 1, image.Height - y);
        var (wide, tall) = (network.Side(3, options.LandmarkSide), network.Side(2, options.LandmarkSide));
        var outputs = network.Run(Grey(FaceWarp.Cut(image, x, y, width, height).Resize(wide, tall, Resampling.Bilinear)), [1, 1, tall, wide]);
        if (outputs is not [{ Values: { Length: 2 * FaceLandmarks.Count68 } values }])
            throw new InvalidDataException($"{network.Path}: the outputs are {Shapes(outputs)}, expected 68 landmarks [1, 136].");
        return FaceLandmarks.From68([.. values.Chunk(2).Select(p => ((double)x + p[0] * width, (double)y + p[1] * height))]);
    }

    private float[] Colours(RgbImage image)
    {
        var (count, planes) = (image.Width * image.Height, new float[3 * image.Width * image.Height]);
        for (var i = 0; i < count; i++)
            for (var c = 0; c < 3; c++) planes[(options.IsBgr ? 2 - c : c) * count + i] = (float)((image.Pixels[3 * i + c] - options.Mean) * options.Scale);
        return planes;
    }

    /// <summary>Brightness as the eye weighs it (ITU-R BT.601).</summary>
    private float[] Grey(RgbImage image) => [.. Enumerable.Range(0, image.Width * image.Height).Select(i =>
        (float)((0.299 * image.Pixels[3 * i] + 0.587 * image.Pixels[3 * i + 1] + 0.114 * image.Pixels[3 * i + 2]) * options.LandmarkScale))];

    private static float[]? Output(IReadOnlyList<(long[] Shape, float[] Values)> outputs, int last) =>
        outputs.FirstOrDefault(o => o.Shape is [1, _, var length] && length == last).Values;

    private static string Shapes(IReadOnlyList<(long[] Shape, float[] Values)> outputs) => string.Join(" and ", outputs.Select(o => $"[{string.Join(", ", o.Shape)}]"));
}
