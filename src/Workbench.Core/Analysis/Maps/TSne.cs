using Workbench.Tensors;

namespace Workbench.Analysis.Maps;

/// <summary>
/// t-SNE (van der Maaten and Hinton 2008): places points in the plane so that neighbours stay neighbours. All pairs for few points,
/// Barnes-Hut (van der Maaten 2014) beyond.
/// </summary>
/// <remarks>Distances between far clusters and the sizes of clusters mean nothing in such a map. Same seed, same map.</remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public static class TSne
{
    private const double StartSpread = 1e-4, MinGain = 0.01;

    /// <summary>Maps points to the plane.</summary>
    /// <param name="rows">[N, D] points, N of at least 4.</param>
    /// <param name="options">Settings; null for <see cref="TSneOptions.Default"/>.</param>
    /// <param name="seed">Of a random start.</param>
    /// <param name="progress">Hears of every tenth step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="ArgumentException">There are too few points.</exception>
    public static TSneMap Fit(
        double[,] rows, TSneOptions? options = null, Seed seed = default, IProgress<TSneProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= TSneOptions.Default;
        options.Validate();
        var n = rows.GetLength(0);
        if (n < 4) throw new ArgumentException($"t-SNE needs at least 4 points, got {n}.", nameof(rows));
        var perplexity = Math.Min(options.Perplexity, (n - 1) / 3.0);
        var exact = n <= options.ExactUpTo;
        var affinities = TSneAffinities.Of(rows, perplexity, exact ? n - 1 : Math.Min(n - 1, (int)(3 * perplexity)), cancellationToken);
        var objective = new TSneObjective(affinities, exact ? 0 : options.Theta);
        var places = Start(rows, options, seed);
        Descend(objective, places, options, progress, cancellationToken);
        var divergence = objective.Evaluate(places, 1, new double[places.Length]);
        return new TSneMap([.. Enumerable.Range(0, n).Select(i => places[2 * i])], [.. Enumerable.Range(0, n).Select(i => places[2 * i + 1])], divergence, perplexity);
    }

    private static double[] Start(double[,] rows, TSneOptions options, Seed seed)
    {
        var n = rows.GetLength(0);
        using var draws = seed.For("t-SNE start").Open();
        var places = TensorScope.Value(() => draws.Normal(2 * n).data<float>().Select(v => StartSpread * v).ToArray());
        if (options.Start is TSneStart.Random || rows.GetLength(1) < 2) return places;
        var principal = PrincipalComponents.Fit(rows).Project(rows);
        var spread = Math.Sqrt(Enumerable.Range(0, n).Average(i => principal[i, 0] * principal[i, 0]));
        if (spread == 0) return places;
        // A hundredth of the random start parts points that coincide.
        for (var i = 0; i < n; i++)
            for (var axis = 0; axis < 2; axis++) places[2 * i + axis] = places[2 * i + axis] / 100 + StartSpread * principal[i, axis] / spread;
        return places;
    }

    // Gradient descent with momentum and a gain a coordinate that grows while its sign holds (Jacobs 1988), as published.
    private static void Descend(TSneObjective objective, double[] places, TSneOptions options, IProgress<TSneProgress>? progress, CancellationToken cancellationToken)
    {
        double[] gradient = new double[places.Length], velocity = new double[places.Length], gain = new double[places.Length];
        Array.Fill(gain, 1);
        var rate = options.LearningRate ?? Math.Max(places.Length / 2 / options.EarlyExaggeration / 4, 50);
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var early = iteration < options.ExaggerationIterations;
            var divergence = objective.Evaluate(places, early ? options.EarlyExaggeration : 1, gradient);
            for (var k = 0; k < places.Length; k++)
            {
                gain[k] = gradient[k] * velocity[k] < 0 ? gain[k] + 0.2 : Math.Max(gain[k] * 0.8, MinGain);
                velocity[k] = (early ? 0.5 : 0.8) * velocity[k] - rate * gain[k] * gradient[k];
                places[k] += velocity[k];
            }
            if ((iteration + 1) % 10 == 0) progress?.Report(new TSneProgress(iteration + 1, options.Iterations, divergence));
        }
    }
}

/// <summary>Points in the plane and how well they keep the neighbourhoods.</summary>
/// <param name="X">Horizontal places.</param>
/// <param name="Y">Vertical places.</param>
/// <param name="Divergence">KL(P ‖ Q), lower is better; compare only maps of the same points and perplexity.</param>
/// <param name="Perplexity">The perplexity that was used.</param>
public sealed record TSneMap(IReadOnlyList<double> X, IReadOnlyList<double> Y, double Divergence, double Perplexity);

/// <summary>What t-SNE reports.</summary>
/// <param name="Iteration">Steps done.</param>
/// <param name="Total">Steps to do.</param>
/// <param name="Divergence">KL(P ‖ Q) before this step.</param>
public sealed record TSneProgress(int Iteration, int Total, double Divergence);
