using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>Finds faces and their eyes with two Haar cascades of the user's own; nose and mouth are placed where a face has them.</summary>
/// <remarks>The published program uses RetinaFace, which finds all five points, as <see cref="OnnxFaceLocator"/> does. Eyes that are not found are placed by the face's square.</remarks>
/// <param name="faces">Finds upright frontal faces.</param>
/// <param name="eyes">Finds eyes; null places them by the square.</param>
public sealed class HaarFaceLocator(HaarCascade faces, HaarCascade? eyes = null) : IFaceLocator
{
    /// <summary>File name of the face cascade.</summary>
    public const string FaceFile = "haarcascade_frontalface_default.xml";

    /// <summary>File name of the eye cascade.</summary>
    public const string EyeFile = "haarcascade_eye.xml";

    private const int SmallestFace = 40;

    /// <summary>Where eyes lie in the square of a frontal face, as shares of its side.</summary>
    private static readonly (double X, double Y) Left = (0.32, 0.39), Right = (0.68, 0.39);

    /// <summary>Opens <see cref="FaceFile"/> and, where present, <see cref="EyeFile"/> of a folder (Debian: <c>opencv-data</c>'s <c>/usr/share/opencv4/haarcascades</c>).</summary>
    /// <exception cref="FileNotFoundException">The folder has no face cascade.</exception>
    public static HaarFaceLocator FromFolder(string folder) => new(
        HaarCascade.Load(Path.Combine(folder, FaceFile)),
        Path.Combine(folder, EyeFile) is var path && File.Exists(path) ? HaarCascade.Load(path) : null);

    /// <summary>Least distance of the eyes, pixels: smaller faces have too little to restore (the published program's).</summary>
    public double MinEyeDistance { get; init; } = OnnxFaceLocatorOptions.UltraFace.MinEyeDistance;

    /// <inheritdoc/>
    public IReadOnlyList<FaceLandmarks> Locate(RgbImage image) =>
        [.. faces.Detect(image, Math.Max(SmallestFace, Math.Min(image.Width, image.Height) / 8), minNeighbors: 5).Select(face => Landmarks(image, face)).Where(face => face.EyeDistance >= MinEyeDistance)];

    private FaceLandmarks Landmarks(RgbImage image, HaarDetection face)
    {
        (double X, double Y) Place((double X, double Y) share) => (face.X + share.X * face.Size, face.Y + share.Y * face.Size);
        var (left, right) = (Place(Left), Place(Right));
        if (eyes is null) return FaceLandmarks.FromEyes(left, right);
        // Eyes lie in the upper part of the square, one on each side.
        var (x, y, width) = (Math.Max(0, (int)face.X), Math.Max(0, (int)face.Y), (int)face.Size);
        var (cutWidth, cutHeight) = (Math.Min(width, image.Width - x), Math.Min(width * 6 / 10, image.Height - y));
        var found = eyes.Detect(FaceWarp.Cut(image, x, y, cutWidth, cutHeight), width / 8)
            .Select(eye => (X: x + eye.Center.X, Y: y + eye.Center.Y)).ToList();
        (double X, double Y) Nearest((double X, double Y) expected) =>
            found.Where(e => Distance(e, expected) < face.Size * 0.15).OrderBy(e => Distance(e, expected)).DefaultIfEmpty(expected).First();
        return FaceLandmarks.FromEyes(Nearest(left), Nearest(right));
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));
}
