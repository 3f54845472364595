using TorchSharp;
using Workbench.Analysis.Maps;
using Workbench.Tensors;

namespace Workbench.Tests.Analysis.Maps;

/// <summary>Points whose neighbourhoods are known.</summary>
internal static class MapPoints
{
    public const int EachCluster = 20;

    /// <summary>Three clusters of 20 points in ten dimensions, their centres 30 spreads apart.</summary>
    public static double[,] Clusters()
    {
        using var scope = torch.NewDisposeScope();
        using var draws = new Seed(2).Open();
        var rows = EmbeddingRows.Of(draws.Normal(3 * EachCluster, 10));
        for (var i = 0; i < rows.GetLength(0); i++) rows[i, i / EachCluster] += 30;
        return rows;
    }
}
