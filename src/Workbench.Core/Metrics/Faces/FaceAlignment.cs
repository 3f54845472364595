namespace Workbench.Metrics.Faces;

/// <summary>How a face is brought to a network's input where its landmarks are known; without landmarks the box is cut out as found.</summary>
public enum FaceAlignment
{
    /// <summary>The box as found.</summary>
    Box,

    /// <summary>The box, turned about its middle until the eyes are level; black where it turned in from outside (deepface 0.0.79).</summary>
    LevelEyes,

    /// <summary>Five points at the places of <see cref="FaceCrop.ArcFaceTemplate"/>, 112×112; black outside the picture (InsightFace).</summary>
    ArcFace,
}
