namespace Workbench.Imaging;

/// <summary>A boosted cascade of rectangle features, as OpenCV's <c>haarcascade_*.xml</c> files hold it.</summary>
/// <remarks>
/// Viola and Jones 2001, "Rapid Object Detection using a Boosted Cascade of Simple Features". The walk over scales and positions and the
/// grouping of windows follow OpenCV's <c>detectMultiScale</c> and <c>groupRectangles</c>; where those round to whole pixels, this does not. Files come from the user, for example Debian's package <c>opencv-data</c>.
/// </remarks>
public sealed class HaarCascade
{
    /// <summary>How far the edges of windows that are one find may lie apart, and how far a nested one may stick out, as shares of the side.</summary>
    private const double Tolerance = 0.2;

    private readonly int window;
    private readonly IReadOnlyList<HaarStage> stages;

    internal HaarCascade(int window, IReadOnlyList<HaarStage> stages) => (this.window, this.stages) = (window, stages);

    /// <summary>Reads a cascade file of OpenCV 3 or later.</summary>
    /// <exception cref="InvalidDataException">The file is no such cascade, or has tilted features.</exception>
    public static HaarCascade Load(string path) => HaarCascadeFile.Read(path);

    /// <summary>Finds what the cascade knows, largest agreement first.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="minSize">Smallest side to look for, pixels.</param>
    /// <param name="minNeighbors">Windows that must agree with one for it to count: a find has more windows than this. 0 returns every window.</param>
    /// <param name="scaleFactor">Step between sizes, above 1.</param>
    public IReadOnlyList<HaarDetection> Detect(RgbImage image, int minSize = 0, int minNeighbors = 3, double scaleFactor = 1.1)
    {
        if (scaleFactor <= 1) throw new ArgumentOutOfRangeException(nameof(scaleFactor), scaleFactor, "Expected more than 1.");
        var grey = GreyPlane.Of(image);
        var found = new List<HaarDetection>();
        for (var factor = 1.0; ; factor *= scaleFactor)
        {
            var (width, height) = ((int)Math.Round(image.Width / factor), (int)Math.Round(image.Height / factor));
            if (Math.Min(width, height) < window) break;
            if (window * factor < minSize) continue;
            Scan(grey.Resized(width, height), factor, found);
        }
        return Group(found, minNeighbors);
    }

    private void Scan(GreyPlane plane, double factor, List<HaarDetection> found)
    {
        var step = factor > 2 ? 1 : 2;
        for (var y = 0; y + window <= plane.Height; y += step)
            for (var x = 0; x + window <= plane.Width; x += step)
                if (Accepts(plane, x, y)) found.Add(new HaarDetection(x * factor, y * factor, window * factor, 1));
    }

    private bool Accepts(GreyPlane plane, int x, int y)
    {
        // Features are measured in standard deviations of the window, its rim left out.
        var area = (window - 2.0) * (window - 2);
        var (sum, squares) = (plane.Sum(x + 1, y + 1, window - 2, window - 2), plane.SumOfSquares(x + 1, y + 1, window - 2, window - 2));
        var spread = area * squares - sum * sum;
        var scale = spread > 0 ? 1 / Math.Sqrt(spread) : 1;
        foreach (var stage in stages)
        {
            var total = 0.0;
            foreach (var tree in stage.Trees) total += tree.Evaluate(plane, x, y, scale);
            if (total < stage.Threshold) return false;
        }
        return true;
    }

    /// <summary>Joins windows that nearly coincide, drops groups with too few, and small ones inside larger ones.</summary>
    /// <param name="windows">Accepted windows.</param>
    /// <param name="minNeighbors">A group is kept with more windows than this; 0 leaves the windows as they are.</param>
    internal static IReadOnlyList<HaarDetection> Group(IReadOnlyList<HaarDetection> windows, int minNeighbors)
    {
        if (minNeighbors <= 0) return windows;
        var group = Enumerable.Range(0, windows.Count).ToArray();
        int Root(int i) => group[i] == i ? i : group[i] = Root(group[i]);
        for (var i = 0; i < windows.Count; i++)
            for (var j = i + 1; j < windows.Count; j++)
                if (Coincide(windows[i], windows[j])) group[Root(i)] = Root(j);
        var large = Enumerable.Range(0, windows.Count).GroupBy(Root).Where(g => g.Count() > minNeighbors)
            .Select(g => new HaarDetection(g.Average(i => windows[i].X), g.Average(i => windows[i].Y), g.Average(i => windows[i].Size), g.Count())).ToArray();
        return [.. large.Where((inner, i) => !large.Where((outer, j) => i != j && IsPartOf(inner, outer)).Any()).OrderByDescending(d => d.Neighbors)];
    }

    private static bool Coincide(HaarDetection a, HaarDetection b)
    {
        var delta = Tolerance * Math.Min(a.Size, b.Size);
        return Math.Abs(a.X - b.X) <= delta && Math.Abs(a.Y - b.Y) <= delta
            && Math.Abs(a.X + a.Size - b.X - b.Size) <= delta && Math.Abs(a.Y + a.Size - b.Y - b.Size) <= delta;
    }

    /// <summary>Whether a find lies inside another that more windows agree on (and more than three), or has hardly any windows itself.</summary>
    private static bool IsPartOf(HaarDetection inner, HaarDetection outer)
    {
        const int Few = 3;
        var margin = Tolerance * outer.Size;
        return inner.X >= outer.X - margin && inner.Y >= outer.Y - margin
            && inner.X + inner.Size <= outer.X + outer.Size + margin && inner.Y + inner.Size <= outer.Y + outer.Size + margin
            && (outer.Neighbors > Math.Max(Few, inner.Neighbors) || inner.Neighbors < Few);
    }
}

/// <summary>Trees whose sum must reach a threshold.</summary>
internal sealed record HaarStage(double Threshold, IReadOnlyList<HaarTree> Trees);

/// <summary>A small decision tree over rectangle features; a child above 0 is a node, others are leaves.</summary>
internal sealed record HaarTree(IReadOnlyList<(int Left, int Right, HaarFeature Feature, double Threshold)> Nodes, IReadOnlyList<double> Leaves)
{
    public double Evaluate(GreyPlane plane, int x, int y, double scale)
    {
        var at = 0;
        do
        {
            var (left, right, feature, threshold) = Nodes[at];
            at = feature.Evaluate(plane, x, y) * scale < threshold ? left : right;
        }
        while (at > 0);
        return Leaves[-at];
    }
}

/// <summary>Weighted sums over rectangles of the window.</summary>
internal sealed record HaarFeature(IReadOnlyList<(int X, int Y, int Width, int Height, double Weight)> Rectangles)
{
    public double Evaluate(GreyPlane plane, int x, int y)
    {
        var value = 0.0;
        foreach (var r in Rectangles) value += r.Weight * plane.Sum(x + r.X, y + r.Y, r.Width, r.Height);
        return value;
    }
}
