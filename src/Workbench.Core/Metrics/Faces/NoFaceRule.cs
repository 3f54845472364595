namespace Workbench.Metrics.Faces;

/// <summary>What a face metric does with a picture in which no face is found.</summary>
public enum NoFaceRule
{
    /// <summary>The score is -1: a picture without a face is the worst one.</summary>
    Penalize,

    /// <summary>The whole picture is embedded, as deepface does with <c>enforce_detection=False</c>.</summary>
    UseWholePicture,

    /// <summary>The score is NaN, to be left out of means; report <see cref="FaceDetectionFailure"/> beside it.</summary>
    LeaveOut,
}
