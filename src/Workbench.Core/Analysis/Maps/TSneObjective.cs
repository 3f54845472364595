namespace Workbench.Analysis.Maps;

/// <summary>
/// What t-SNE minimises: KL(P ‖ Q) with q_ij ∝ 1/(1 + |y_i - y_j|²), and its gradient
/// 4 Σ_j (p_ij - q_ij)(y_i - y_j)/(1 + |y_i - y_j|²) (van der Maaten and Hinton 2008, equations 4 and 5).
/// </summary>
/// <remarks>With θ = 0 every pair is computed; otherwise the repulsion comes from a quadtree (van der Maaten 2014).</remarks>
/// <param name="affinities">P.</param>
/// <param name="theta">Barnes-Hut's θ; 0 for all pairs.</param>
internal sealed class TSneObjective(TSneAffinities affinities, double theta)
{
    /// <summary>Divergence and gradient.</summary>
    /// <param name="places">x and y of each point in turn, length 2N.</param>
    /// <param name="exaggeration">Factor on P in the gradient.</param>
    /// <param name="gradient">Receives the gradient, length 2N.</param>
    /// <returns>KL(P ‖ Q) without exaggeration.</returns>
    public double Evaluate(double[] places, double exaggeration, double[] gradient)
    {
        var n = places.Length / 2;
        var repulsion = new double[places.Length];
        var total = theta > 0 ? new QuadTree(places).Repel(theta, repulsion) : AllPairs(places, repulsion);
        var divergence = 0.0;
        for (var i = 0; i < n; i++)
        {
            var (pullX, pullY) = (0.0, 0.0);
            for (var k = 0; k < affinities.Neighbours[i].Length; k++)
            {
                var (j, p) = (affinities.Neighbours[i][k], affinities.Values[i][k]);
                double dx = places[2 * i] - places[2 * j], dy = places[2 * i + 1] - places[2 * j + 1];
                var weight = 1 / (1 + dx * dx + dy * dy);
                pullX += p * weight * dx;
                pullY += p * weight * dy;
                if (p > 0) divergence += p * Math.Log(p * total / weight);
            }
            gradient[2 * i] = 4 * (exaggeration * pullX - repulsion[2 * i] / total);
            gradient[2 * i + 1] = 4 * (exaggeration * pullY - repulsion[2 * i + 1] / total);
        }
        return divergence;
    }

    // Returns the sum of 1/(1 + d²) over ordered pairs; repulsion gets Σ_j (y_i - y_j)/(1 + d²)².
    private static double AllPairs(double[] places, double[] repulsion)
    {
        var total = 0.0;
        for (var i = 0; i < places.Length; i += 2)
            for (var j = 0; j < i; j += 2)
            {
                double dx = places[i] - places[j], dy = places[i + 1] - places[j + 1];
                var weight = 1 / (1 + dx * dx + dy * dy);
                total += 2 * weight;
                var square = weight * weight;
                repulsion[i] += square * dx;
                repulsion[i + 1] += square * dy;
                repulsion[j] -= square * dx;
                repulsion[j + 1] -= square * dy;
            }
        return total;
    }
}
