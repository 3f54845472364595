using Workbench.Imaging;

namespace Workbench.Metrics.Faces;

/// <summary>Finds faces: the seam behind which RetinaFace, a Haar cascade or the mini world's own rule stands.</summary>
public interface IFaceDetector
{
    /// <summary>The faces of every picture, the surest first; an empty list where there is none.</summary>
    IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images);
}
