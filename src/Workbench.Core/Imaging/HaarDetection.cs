namespace Workbench.Imaging;

/// <summary>A square found by a <see cref="HaarCascade"/>, in pixels.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Size">Side.</param>
/// <param name="Neighbors">Windows that agreed, itself among them: more is surer.</param>
public readonly record struct HaarDetection(double X, double Y, double Size, int Neighbors)
{
    /// <summary>The middle.</summary>
    public (double X, double Y) Center => (X + Size / 2, Y + Size / 2);
}
