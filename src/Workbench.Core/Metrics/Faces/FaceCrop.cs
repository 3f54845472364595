using TorchSharp;
using Workbench.Imaging;
using Workbench.Purification;
using static TorchSharp.torch;

namespace Workbench.Metrics.Faces;

/// <summary>Cuts a face out of a picture as a <see cref="FaceAlignment"/> says, by bilinear sampling.</summary>
public static class FaceCrop
{
    /// <summary>Side of <see cref="ArcFaceTemplate"/>, pixels.</summary>
    public const int ArcFaceSide = 112;

    /// <summary>Where ArcFace's training pictures have eyes, nose and corners of the mouth, in 112×112 pixels.</summary>
    public static FaceLandmarks ArcFaceTemplate { get; } = new((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041));

    /// <summary>The face.</summary>
    /// <param name="picture">[1, C, H, W] float, any range; 0 is what lies outside.</param>
    /// <param name="face">Box, and landmarks where there are any.</param>
    /// <param name="alignment">Where landmarks are missing, <see cref="FaceAlignment.Box"/> is done instead.</param>
    /// <returns>[1, C, h, w] of the box's size within the picture, or [1, C, 112, 112] for <see cref="FaceAlignment.ArcFace"/>.</returns>
    public static Tensor Of(Tensor picture, FaceBox face, FaceAlignment alignment)
    {
        if (face.Landmarks is { } points && alignment is FaceAlignment.ArcFace)
            return Sample(picture, SimilarityTransform.Between(points.Points, ArcFaceTemplate.Points).Inverse(), ArcFaceSide, ArcFaceSide);
        var (height, width) = ((int)picture.shape[2], (int)picture.shape[3]);
        int left = (int)Math.Clamp(Math.Round(face.Left), 0, width - 1), top = (int)Math.Clamp(Math.Round(face.Top), 0, height - 1);
        int right = (int)Math.Clamp(Math.Round(face.Right), left + 1, width), bottom = (int)Math.Clamp(Math.Round(face.Bottom), top + 1, height);
        var box = picture.narrow(2, top, bottom - top).narrow(3, left, right - left);
        return face.Landmarks is { } eyes && alignment is FaceAlignment.LevelEyes ? Sample(box, Turn(eyes, right - left, bottom - top), right - left, bottom - top) : box;
    }

    /// <summary>Takes the level box to the box as found: a rotation about the middle by the slope of the eyes.</summary>
    private static SimilarityTransform Turn(FaceLandmarks eyes, int width, int height)
    {
        var (dx, dy) = (eyes.RightEye.X - eyes.LeftEye.X, eyes.RightEye.Y - eyes.LeftEye.Y);
        var length = Math.Sqrt(dx * dx + dy * dy);
        var (cos, sin) = length > 0 ? (dx / length, dy / length) : (1, 0);
        var (x, y) = ((width - 1) / 2.0, (height - 1) / 2.0);
        return new SimilarityTransform(cos, sin, x - cos * x + sin * y, y - sin * x - cos * y);
    }

    /// <summary>The picture at the places that <paramref name="toPicture"/> gives the pixels of the result.</summary>
    private static Tensor Sample(Tensor picture, SimilarityTransform toPicture, int width, int height)
    {
        var (x, y) = (arange(width, ScalarType.Float32).view(1, -1), arange(height, ScalarType.Float32).view(-1, 1));
        var u = toPicture.A * x - toPicture.B * y + toPicture.ShiftX;
        var v = toPicture.B * x + toPicture.A * y + toPicture.ShiftY;
        // grid_sample counts from -1 at the first pixel's middle to 1 at the last one's.
        var grid = stack([u * (2.0 / Math.Max(1, picture.shape[3] - 1)) - 1, v * (2.0 / Math.Max(1, picture.shape[2] - 1)) - 1], -1).unsqueeze(0);
        return nn.functional.grid_sample(picture, grid.to(picture.dtype, picture.device), GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: true);
    }
}
