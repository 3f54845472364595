namespace Workbench.Analysis.Maps;

/// <summary>Classifies places of a map by the classes of the nearest points: what the coloured regions behind a map show.</summary>
/// <remarks>A region says what the original space decided about the points that landed there; the map itself has no classifier.</remarks>
public sealed class NearestVote
{
    private readonly IReadOnlyList<double> x, y;
    private readonly IReadOnlyList<int> classes;
    private readonly int count;

    /// <summary>A classifier over the points of a map.</summary>
    /// <param name="x">Horizontal places.</param>
    /// <param name="y">Vertical places.</param>
    /// <param name="classes">The class of each point, from 0.</param>
    /// <param name="count">How many nearest points vote.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public NearestVote(IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<int> classes, int count = 7)
    {
        if (x.Count == 0 || y.Count != x.Count || classes.Count != x.Count)
            throw new ArgumentException($"Expected one y place and class for each of at least one x place, got {x.Count}, {y.Count}, {classes.Count}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (this.x, this.y, this.classes, this.count) = (x, y, classes, Math.Min(count, x.Count));
    }

    /// <summary>The class with the most votes at a place; the nearer point decides a tie.</summary>
    public int At(double atX, double atY)
    {
        var nearest = Enumerable.Range(0, x.Count).OrderBy(i => (x[i] - atX) * (x[i] - atX) + (y[i] - atY) * (y[i] - atY)).ThenBy(i => i).Take(count).ToArray();
        return nearest.Select((point, rank) => (Class: classes[point], Rank: rank)).GroupBy(v => v.Class)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Min(v => v.Rank)).First().Key;
    }
}
