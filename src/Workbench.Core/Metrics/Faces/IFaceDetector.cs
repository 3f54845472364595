using Workbench.Imaging;
using Workbench.Purification;

namespace Workbench.Metrics.Faces;

/// <summary>Finds faces: the seam behind which a network, a Haar cascade or, for pictures that are all portraits, CLIP stands.</summary>
/// <remarks>
/// <see cref="HaarFaceDetector"/> finds eyes too, and faces can be aligned; <see cref="OnnxFaceDetector"/> and <see cref="ClipFaceDetector"/> give boxes only,
/// which are cut out as found.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public interface IFaceDetector
{
    /// <summary>The faces of every picture, the surest first; an empty list where there is none.</summary>
    IReadOnlyList<IReadOnlyList<FaceBox>> Detect(ImageBatch images);

    /// <summary>Tells faces by another detector or other weights apart.</summary>
    string Fingerprint => GetType().Name;
}
