using MathNet.Numerics;
using Workbench.Tensors;

namespace Workbench.Analysis.Maps;

/// <summary>
/// UMAP (McInnes, Healy and Melville 2018, arXiv 1802.03426): a graph of each point's nearest neighbours, laid out in the plane by pulling
/// neighbours together and pushing random others apart.
/// </summary>
/// <remarks>
/// Starts on the principal components, ten units wide, where the paper starts on the graph's spectrum: both keep the rough layout, and this one needs
/// no connected graph. Distances between far clusters and the sizes of clusters mean nothing in such a map. Same seed, same map.
/// </remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class Umap
{
    private const double StartWidth = 10, StartNoise = 1e-4, LargestStep = 4, Softening = 1e-3;

    /// <summary>Maps points to the plane.</summary>
    /// <param name="rows">[N, D] points, N of at least 4, D of at least 2.</param>
    /// <param name="options">Settings; null for <see cref="UmapOptions.Default"/>.</param>
    /// <param name="seed">Of the start and of the points that are pushed.</param>
    /// <param name="progress">Hears the share of the passes that is done.</param>
    /// <param name="cancellationToken">Stops between two passes.</param>
    /// <returns>x and y of each point.</returns>
    /// <exception cref="ArgumentException">There are too few points or dimensions.</exception>
    public static (IReadOnlyList<double> X, IReadOnlyList<double> Y) Fit(
        double[,] rows, UmapOptions? options = null, Seed seed = default, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= UmapOptions.Default;
        options.Validate();
        var n = rows.GetLength(0);
        if (n < 4 || rows.GetLength(1) < 2) throw new ArgumentException($"UMAP needs at least 4 points of 2 dimensions, got {n} of {rows.GetLength(1)}.", nameof(rows));
        var edges = UmapGraph.Of(rows, Math.Min(options.Neighbours, n - 1), options.Metric, cancellationToken);
        var places = Start(rows, seed);
        Descend(places, edges, options, seed, progress, cancellationToken);
        return ([.. Enumerable.Range(0, n).Select(i => places[2 * i])], [.. Enumerable.Range(0, n).Select(i => places[2 * i + 1])]);
    }

    /// <summary>The a and b with which 1/(1 + a·d^2b) comes nearest to the wanted weight: 1 up to the least distance, then falling exponentially.</summary>
    internal static (double A, double B) Curve(UmapOptions options)
    {
        var distances = Generate.LinearSpaced(300, 0, 3 * options.Spread);
        var wanted = distances.Select(d => d < options.MinDistance ? 1 : Math.Exp(-(d - options.MinDistance) / options.Spread)).ToArray();
        return MathNet.Numerics.Fit.Curve(distances, wanted, (a, b, d) => 1 / (1 + a * Math.Pow(d, 2 * b)), 1, 1, 1e-10, 5000);
    }

    private static double[] Start(double[,] rows, Seed seed)
    {
        var n = rows.GetLength(0);
        using var draws = seed.For("UMAP start").Open();
        var noise = TensorScope.Value(() => draws.Normal(2 * n).data<float>().ToArray());
        var principal = PrincipalComponents.Fit(rows).Project(rows);
        var reach = principal.Cast<double>().Max(Math.Abs);
        return [.. Enumerable.Range(0, 2 * n).Select(k => StartNoise * noise[k] + (reach > 0 ? StartWidth * principal[k / 2, k % 2] / reach : 0))];
    }

    // Stochastic gradient descent on the cross entropy of both graphs. An edge is visited as often as its weight says, the strongest in every pass.
    private static void Descend(double[] places, UmapGraph.Edge[] edges, UmapOptions options, Seed seed, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var (a, b) = Curve(options);
        var strongest = edges.Max(e => e.Weight);
        var due = edges.Select(e => strongest / e.Weight).ToArray();
        using var draws = seed.For("UMAP negatives").Open();
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rate = options.LearningRate * (1 - (epoch - 1.0) / options.Epochs);
            var visited = Enumerable.Range(0, edges.Length).Where(e => due[e] <= epoch).ToArray();
            // An edge is seen from both of its ends.
            var others = TensorScope.Value(() => draws.Integers(0, places.Length / 2, 2L * visited.Length * options.NegativeSamples).data<long>().ToArray());
            var next = 0;
            foreach (var e in visited)
            {
                due[e] += strongest / edges[e].Weight;
                foreach (var (end, other) in (ReadOnlySpan<(int, int)>)[(edges[e].From, edges[e].To), (edges[e].To, edges[e].From)])
                {
                    Pull(places, end, other, a, b, rate);
                    for (var k = 0; k < options.NegativeSamples; k++) Push(places, end, (int)others[next++], a, b, rate);
                }
            }
            progress?.Report((double)epoch / options.Epochs);
        }
    }

    private static void Pull(double[] places, int i, int j, double a, double b, double rate)
    {
        var (x, y, squared) = Between(places, i, j);
        if (squared == 0) return;
        var strength = -2 * a * b * Math.Pow(squared, b - 1) / (1 + a * Math.Pow(squared, b));
        var (stepX, stepY) = (rate * Clip(strength * x), rate * Clip(strength * y));
        places[2 * i] += stepX;
        places[2 * i + 1] += stepY;
        places[2 * j] -= stepX;
        places[2 * j + 1] -= stepY;
    }

    private static void Push(double[] places, int i, int j, double a, double b, double rate)
    {
        var (x, y, squared) = Between(places, i, j);
        if (i == j || squared == 0) return;
        var strength = 2 * b / ((Softening + squared) * (1 + a * Math.Pow(squared, b)));
        places[2 * i] += rate * Clip(strength * x);
        places[2 * i + 1] += rate * Clip(strength * y);
    }

    private static (double X, double Y, double Squared) Between(double[] places, int i, int j)
    {
        double x = places[2 * i] - places[2 * j], y = places[2 * i + 1] - places[2 * j + 1];
        return (x, y, x * x + y * y);
    }

    private static double Clip(double step) => Math.Clamp(step, -LargestStep, LargestStep);
}
