namespace Workbench.Imaging;

/// <summary>Rotation, uniform scale and shift of the plane: (x, y) → (a·x − b·y + tx, b·x + a·y + ty).</summary>
/// <param name="A">Scale times cosine.</param>
/// <param name="B">Scale times sine.</param>
/// <param name="ShiftX">Shift to the right.</param>
/// <param name="ShiftY">Shift downwards.</param>
public readonly record struct SimilarityTransform(double A, double B, double ShiftX, double ShiftY)
{
    /// <summary>The transform that brings points nearest to their targets (least squares).</summary>
    /// <param name="from">At least two points.</param>
    /// <param name="to">As many targets.</param>
    /// <exception cref="ArgumentException">Too few points, another number of targets, or all points in one place.</exception>
    public static SimilarityTransform Between(IReadOnlyList<(double X, double Y)> from, IReadOnlyList<(double X, double Y)> to)
    {
        if (from.Count < 2 || from.Count != to.Count) throw new ArgumentException($"Expected at least two points and as many targets, got {from.Count} and {to.Count}.", nameof(to));
        var (fromX, fromY, toX, toY) = (from.Average(p => p.X), from.Average(p => p.Y), to.Average(p => p.X), to.Average(p => p.Y));
        double dot = 0, cross = 0, size = 0;
        for (var i = 0; i < from.Count; i++)
        {
            var (x, y, u, v) = (from[i].X - fromX, from[i].Y - fromY, to[i].X - toX, to[i].Y - toY);
            (dot, cross, size) = (dot + x * u + y * v, cross + x * v - y * u, size + x * x + y * y);
        }
        if (size <= 1e-12) throw new ArgumentException("All points lie in one place: no scale or rotation follows.", nameof(from));
        var (a, b) = (dot / size, cross / size);
        return new SimilarityTransform(a, b, toX - a * fromX + b * fromY, toY - b * fromX - a * fromY);
    }

    /// <summary>Where a point goes.</summary>
    public (double X, double Y) Apply(double x, double y) => (A * x - B * y + ShiftX, B * x + A * y + ShiftY);

    /// <summary>The way back.</summary>
    public SimilarityTransform Inverse()
    {
        var size = A * A + B * B;
        var (a, b) = (A / size, -B / size);
        return new SimilarityTransform(a, b, -(a * ShiftX - b * ShiftY), -(b * ShiftX + a * ShiftY));
    }
}
