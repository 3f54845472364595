using Workbench.Analysis.Maps;

namespace Workbench.Charts;

/// <summary>Maps of embeddings as charts: a colour a condition, and behind them the regions of two or more classes.</summary>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class MapChart
{
    private const double Margin = 0.06;

    /// <summary>A map.</summary>
    /// <param name="map">Places.</param>
    /// <param name="conditions">The condition of each point.</param>
    /// <param name="classes">The class of each point, indices into <paramref name="names"/>; null for no regions.</param>
    /// <param name="names">The classes' names.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static Chart Of(EmbeddingMap map, IReadOnlyList<string> conditions, IReadOnlyList<int>? classes = null, IReadOnlyList<string>? names = null)
    {
        if (classes is not null && names is null) throw new ArgumentException("Regions need the names of their classes.", nameof(names));
        var regions = classes is null ? null : RegionMap.Of(names!, Around(map.X), Around(map.Y), new NearestVote(map.X, map.Y, classes).At);
        return Chart.Points(map.X, map.Y, conditions, regions: regions).WithTitle(map.Method);
    }

    private static (double Low, double High) Around(IReadOnlyList<double> places)
    {
        double low = places.Min(), high = places.Max();
        var margin = Math.Max((high - low) * Margin, 1e-9);
        return (low - margin, high + margin);
    }
}
