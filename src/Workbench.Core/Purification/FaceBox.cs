namespace Workbench.Purification;

/// <summary>A face in a picture, in pixels; may reach over the picture's edge.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Bottom">Lower edge.</param>
/// <param name="Confidence">How sure the detector is, in [0,1].</param>
public readonly record struct FaceBox(double Left, double Top, double Right, double Bottom, double Confidence)
{
    /// <summary>Eyes, nose and mouth in the picture's pixels; null where the detector finds none.</summary>
    public FaceLandmarks? Landmarks { get; init; }

    /// <summary>Area, square pixels.</summary>
    public double Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>Shared area over united area of two boxes, in [0,1].</summary>
    public double Overlap(FaceBox other)
    {
        var shared = new FaceBox(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom), 0).Area;
        return shared == 0 ? 0 : shared / (Area + other.Area - shared);
    }

    /// <summary>The surest first, without those that a surer one covers.</summary>
    /// <param name="found">Boxes of one picture.</param>
    /// <param name="largestOverlap">Largest <see cref="Overlap"/> of two that stay.</param>
    public static IReadOnlyList<FaceBox> Surest(IEnumerable<FaceBox> found, double largestOverlap)
    {
        var kept = new List<FaceBox>();
        foreach (var box in found.OrderByDescending(b => b.Confidence))
            if (kept.TrueForAll(k => k.Overlap(box) <= largestOverlap)) kept.Add(box);
        return kept;
    }
}
