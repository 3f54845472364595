using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>Finds the faces that CodeFormer is to restore.</summary>
public interface IFaceLocator
{
    /// <summary>The faces of a picture, in any order; none is an empty list.</summary>
    IReadOnlyList<FaceLandmarks> Locate(RgbImage image);
}
