using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Onnx;
using Workbench.Purification;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics.Faces;

/// <summary>
/// A face detector from an ONNX file of the user's own, with outputs as UltraFace has them: scores [1, A, 2] (background, face) and boxes
/// [1, A, 4] (left, top, right, bottom in shares of the picture), in either order.
/// </summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class OnnxFaceDetector : IFaceDetector, IDisposable
{
    private readonly OnnxNetwork network;
    private readonly OnnxFaceDetectorOptions options;

    /// <summary>Opens the file.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="options">What it expects; null for <see cref="OnnxFaceDetectorOptions.UltraFace"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public OnnxFaceDetector(string path, OnnxFaceDetectorOptions? options = null)
    {
        this.options = options ?? OnnxFaceDetectorOptions.UltraFace;
        network = new OnnxNetwork(path);
        Fingerprint = $"{nameof(OnnxFaceDetector)} {Tensors.Fingerprint.OfFile(path)[..16]} {this.options}";
    }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images) => [.. Enumerable.Range(0, images.Count).Select(i => One(images, i))];

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    /// <summary>Boxes above the threshold, the surest first, without those that a surer one covers.</summary>
    internal static IReadOnlyList<FaceBox> Decode(ReadOnlySpan<float> scores, ReadOnlySpan<float> boxes, int width, int height, OnnxFaceDetectorOptions options)
    {
        var found = new List<FaceBox>();
        for (var a = 0; a < scores.Length / 2; a++)
            if (scores[2 * a + 1] >= options.Threshold)
                found.Add(new FaceBox(boxes[4 * a] * width, boxes[4 * a + 1] * height, boxes[4 * a + 2] * width, boxes[4 * a + 3] * height, scores[2 * a + 1]));
        return FaceBox.Surest(found, options.LargestOverlap);
    }

    private IReadOnlyList<FaceBox> One(ImageBatch images, int index)
    {
        var (width, height) = (network.Side(3, options.Width), network.Side(2, options.Height));
        var input = TensorScope.Value(() => ((Resize(images.Unit.narrow(0, index, 1), width, height) * 255 - options.Mean) * options.Scale).contiguous().data<float>().ToArray());
        var outputs = network.Run(input, [1, 3, height, width]);
        if (outputs.FirstOrDefault(o => o.Shape is [_, _, 2]).Values is not { } scores || outputs.FirstOrDefault(o => o.Shape is [_, _, 4]).Values is not { } boxes)
            throw new InvalidDataException($"{network.Path}: the face detector has outputs {string.Join(" and ", outputs.Select(o => $"[{string.Join(", ", o.Shape)}]"))}: expected scores [1, A, 2] and boxes [1, A, 4].");
        return Decode(scores, boxes, images.Width, images.Height, options);
    }

    private static Tensor Resize(Tensor picture, int width, int height) =>
        nn.functional.interpolate(picture, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}
