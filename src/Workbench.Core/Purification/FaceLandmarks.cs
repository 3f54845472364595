using Workbench.Imaging;

namespace Workbench.Purification;

/// <summary>Five points of a face in pixels, named as the viewer sees them.</summary>
/// <param name="LeftEye">Middle of the eye on the left of the picture.</param>
/// <param name="RightEye">Middle of the other eye.</param>
/// <param name="Nose">Tip of the nose.</param>
/// <param name="LeftMouth">Corner of the mouth on the left.</param>
/// <param name="RightMouth">The other corner.</param>
public sealed record FaceLandmarks(
    (double X, double Y) LeftEye, (double X, double Y) RightEye, (double X, double Y) Nose, (double X, double Y) LeftMouth, (double X, double Y) RightMouth)
{
    /// <summary>Where the points lie in an aligned face of 512×512 (the FFHQ alignment that CodeFormer was trained with; facexlib's template).</summary>
    public static FaceLandmarks Template { get; } =
        new((192.98138, 239.94708), (318.90277, 240.1936), (256.63416, 314.01935), (201.26117, 371.41043), (313.08905, 371.15118));

    /// <summary>Side of <see cref="Template"/>.</summary>
    public const int TemplateSide = 512;

    /// <summary>Distance of the eyes, pixels.</summary>
    public double EyeDistance => Math.Sqrt((LeftEye.X - RightEye.X) * (LeftEye.X - RightEye.X) + (LeftEye.Y - RightEye.Y) * (LeftEye.Y - RightEye.Y));

    /// <summary>The points in a fixed order.</summary>
    public IReadOnlyList<(double X, double Y)> Points => [LeftEye, RightEye, Nose, LeftMouth, RightMouth];

    /// <summary>Takes the picture to the aligned face of <paramref name="side"/> pixels.</summary>
    public SimilarityTransform Alignment(int side)
    {
        var scale = (double)side / TemplateSide;
        return SimilarityTransform.Between(Points, [.. Template.Points.Select(p => (p.X * scale, p.Y * scale))]);
    }

    /// <summary>Points of the 300-W challenge's face.</summary>
    public const int Count68 = 68;

    /// <summary>Landmarks from 68 points in the order of the 300-W challenge (Sagonas et al. 2013): eyes are the means of their rims.</summary>
    /// <param name="points">68 points, pixels.</param>
    /// <exception cref="ArgumentException">There are fewer or more.</exception>
    public static FaceLandmarks From68(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count != Count68) throw new ArgumentException($"Landmarks: got {points.Count} points, expected {Count68}.", nameof(points));
        (double X, double Y) Mean(int first, int count) =>
            (points.Skip(first).Take(count).Average(p => p.X), points.Skip(first).Take(count).Average(p => p.Y));
        return new(Mean(36, 6), Mean(42, 6), points[30], points[48], points[54]);
    }

    /// <summary>Landmarks from the eyes alone; nose and mouth where the template has them.</summary>
    public static FaceLandmarks FromEyes((double X, double Y) leftEye, (double X, double Y) rightEye)
    {
        var toPicture = SimilarityTransform.Between([Template.LeftEye, Template.RightEye], [leftEye, rightEye]);
        return new(leftEye, rightEye, toPicture.Apply(Template.Nose.X, Template.Nose.Y),
            toPicture.Apply(Template.LeftMouth.X, Template.LeftMouth.Y), toPicture.Apply(Template.RightMouth.X, Template.RightMouth.Y));
    }
}
