using Workbench.Imaging;
using Workbench.Purification;

namespace Workbench.Metrics.Faces;

/// <summary>Finds upright frontal faces and their eyes with two of OpenCV's Haar cascades: the detector of MetaCloak's IMS-VGG (deepface's <c>opencv</c>).</summary>
/// <remarks>
/// As deepface 0.0.79 asks: sizes in steps of 1.1 and ten windows that agree, for faces and, inside a face, for eyes; of several eyes the two largest. Differs
/// in three points: faces come the surest first, where OpenCV gives them in no stated order, and two "eyes" one above the other are none, nor are two around one eye. Landmarks are there
/// where two eyes are found; nose and mouth are then placed as ArcFace's template has them, so that a fit to it brings the eyes there exactly. The
/// confidence orders faces and is no probability: for SDS take a network.
/// </remarks>
/// <param name="faces">Finds faces.</param>
/// <param name="eyes">Finds eyes; null: boxes without landmarks.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class HaarFaceDetector(HaarCascade faces, HaarCascade? eyes = null) : IFaceDetector
{
    /// <summary>Windows that must agree on a face or an eye.</summary>
    public const int MinNeighbors = 10;

    // Of the face's side; between the pupils of a face seen from the front lie about two fifths of it.
    private const double LeastEyeDistance = 0.1;

    // The number grows with a change of the rules.
    private const string Rules = nameof(HaarFaceDetector) + " 2";

    /// <summary>Opens <see cref="HaarFaceLocator.FaceFile"/> and, where present, <see cref="HaarFaceLocator.EyeFile"/> of a folder (Debian: <c>opencv-data</c>'s <c>/usr/share/opencv4/haarcascades</c>).</summary>
    /// <exception cref="FileNotFoundException">The folder has no face cascade.</exception>
    public static HaarFaceDetector FromFolder(string folder)
    {
        var (faces, eyes) = (Path.Combine(folder, HaarFaceLocator.FaceFile), Path.Combine(folder, HaarFaceLocator.EyeFile));
        var hasEyes = File.Exists(eyes);
        return new HaarFaceDetector(HaarCascade.Load(faces), hasEyes ? HaarCascade.Load(eyes) : null)
        {
            Fingerprint = $"{Rules} {Tensors.Fingerprint.OfFile(faces)[..16]} {(hasEyes ? Tensors.Fingerprint.OfFile(eyes)[..16] : "without eyes")}",
        };
    }

    /// <inheritdoc/>
    public string Fingerprint { get; private init; } = eyes is null ? $"{Rules} without eyes" : Rules;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images) => [.. images.Images().Select(image =>
        (IReadOnlyList<FaceBox>)[.. faces.Detect(image, minNeighbors: MinNeighbors).Select(found => Box(image, found))])];

    private FaceBox Box(RgbImage image, HaarDetection face) =>
        new(face.X, face.Y, face.X + face.Size, face.Y + face.Size, face.Neighbors / (double)(face.Neighbors + MinNeighbors)) { Landmarks = Landmarks(image, face) };

    /// <summary>Whether two finds lie beside each other, and are not two around one eye.</summary>
    /// <param name="left">Middle of the one further left.</param>
    /// <param name="right">Middle of the other.</param>
    /// <param name="side">Of the face, in the same pixels.</param>
    internal static bool AreTwoEyes((double X, double Y) left, (double X, double Y) right, double side) =>
        right.X - left.X >= Math.Max(Math.Abs(right.Y - left.Y), LeastEyeDistance * side);

    private FaceLandmarks? Landmarks(RgbImage image, HaarDetection face)
    {
        if (eyes is null) return null;
        var (x, y) = (Math.Max(0, (int)face.X), Math.Max(0, (int)face.Y));
        var cut = FaceWarp.Cut(image, x, y, Math.Min((int)face.Size, image.Width - x), Math.Min((int)face.Size, image.Height - y));
        var found = eyes.Detect(cut, minNeighbors: MinNeighbors).OrderByDescending(eye => eye.Size).Take(2).Select(eye => eye.Center).OrderBy(eye => eye.X).ToArray();
        if (found is not [var left, var right] || !AreTwoEyes(left, right, face.Size)) return null;
        var template = FaceCrop.ArcFaceTemplate;
        (double X, double Y)[] both = [(x + left.X, y + left.Y), (x + right.X, y + right.Y)];
        var toPicture = SimilarityTransform.Between([template.LeftEye, template.RightEye], both);
        (double X, double Y) Place((double X, double Y) point) => toPicture.Apply(point.X, point.Y);
        return new FaceLandmarks(both[0], both[1], Place(template.Nose), Place(template.LeftMouth), Place(template.RightMouth));
    }
}
