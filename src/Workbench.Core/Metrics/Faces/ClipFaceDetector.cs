using System.Globalization;
using Workbench.Imaging;
using Workbench.Purification;

namespace Workbench.Metrics.Faces;

/// <summary>
/// Takes a whole picture for a face when CLIP takes it for the subject's class: for worlds whose pictures are portraits, such as the mini world.
/// </summary>
/// <param name="detection">Tells the class from others.</param>
/// <param name="threshold">Least probability that counts as a face.</param>
public sealed class ClipFaceDetector(SubjectDetection detection, double threshold = 0.5) : IFaceDetector
{
    /// <inheritdoc/>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{nameof(ClipFaceDetector)} {threshold} {detection.Fingerprint}");

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images) =>
        [.. detection.Score(images).Select(p => (IReadOnlyList<FaceBox>)(p >= threshold ? [new FaceBox(0, 0, images.Width, images.Height, p)] : []))];
}
