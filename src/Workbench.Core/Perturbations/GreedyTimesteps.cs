using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>SimAC's adaptive greedy choice of timesteps: throws out, picture by picture, those at which the loss hardly depends on the pixels.</summary>
internal static class GreedyTimesteps
{
    /// <summary>Runs the selection.</summary>
    /// <param name="objective">The pretrained model's loss.</param>
    /// <param name="ascent">A template of single steps.</param>
    /// <param name="original">The pictures [N, 3, H, W] in [-1,1].</param>
    /// <param name="options">Rounds and windows.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="progress">Hears of rounds.</param>
    /// <param name="cancellationToken">Stops between two rounds.</param>
    /// <returns>The timesteps left to each picture.</returns>
    public static IReadOnlyList<long[]> Select(
        DiffusionObjective objective, ProjectedGradient ascent, Tensor original, SimAcOptions options, Seed seed,
        IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var last = objective.Schedule.NumTrainTimesteps;
        if (2 * options.Window > last) throw new ArgumentException($"SimAC: windows of ±{options.Window} timesteps do not fit into the model's {last}.", nameof(options));
        var active = Enumerable.Range(0, (int)original.shape[0]).Select(_ => Enumerable.Range(0, last).Select(t => (long)t).ToList()).ToArray();
        var current = original.alias();
        for (var round = 0; round < options.SelectionRounds && active.Any(a => a.Count > options.SmallestSelection); round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var own = seed.For(round);
            var candidates = Candidates(active, options.Candidates, own.For("candidates"));
            var scores = candidates.Select((times, i) => Sensitivity(objective, ascent.Transform, current, times, own.For("score").For(i))).ToArray();
            var best = new long[active.Length];
            for (var image = 0; image < active.Length; image++)
            {
                var order = Enumerable.Range(0, candidates.Length).OrderBy(c => scores[c][image]).ToArray();
                best[image] = candidates[order[^1]][image];
                if (active[image].Count > options.SmallestSelection) Remove(active[image], candidates[order[0]][image], options.Window, last);
            }
            var step = objective with { Timesteps = (_, _) => tensor(best) };
            var next = (ascent with { Steps = 1 }).Run(original, current, step.Evaluate, own.For("step"), null, cancellationToken);
            current.Dispose();
            current = next;
            progress?.Report(new PerturbationProgress("select timesteps", round + 1, options.SelectionRounds, scores.Average(s => s.Average())));
        }
        current.Dispose();
        return [.. active.Select(a => a.ToArray())];
    }

    /// <summary>Draws from each picture's own list.</summary>
    public static TimestepChoice ChoiceOf(IReadOnlyList<long[]> lists) =>
        (count, draws) => tensor(Enumerable.Range(0, count).Select(i => lists[i][draws.Integer(0, lists[i].Length)]).ToArray());

    /// <summary>The timesteps that a round tries, one a picture each.</summary>
    internal static long[][] Candidates(List<long>[] active, int count, Seed seed)
    {
        using var draws = seed.Open();
        return [.. Enumerable.Range(0, count).Select(_ => active.Select(a => a[(int)draws.Integer(0, a.Count)]).ToArray())];
    }

    /// <summary>Σ|∂loss/∂pixels| of each picture at its own timestep.</summary>
    internal static double[] Sensitivity(DiffusionObjective objective, Func<Tensor, RandomStream, Tensor>? transform, Tensor pixels, long[] times, Seed seed) => TensorScope.Value(() =>
    {
        using var draws = seed.Open();
        var x = pixels.detach().clone().requires_grad_();
        var at = objective with { Timesteps = (_, _) => tensor(times) };
        var seen = transform is null ? x : transform(x, draws);
        var gradient = autograd.grad([at.Terms(seen, at.Draw(seen, draws)).PerImage.sum()], [x])[0];
        return gradient.abs().sum([1L, 2L, 3L]).to(ScalarType.Float64).cpu().data<double>().ToArray();
    });

    private static void Remove(List<long> active, long worst, int window, int last)
    {
        var centre = Math.Clamp(worst, window, last - window);
        var left = active.Where(t => t < centre - window || t >= centre + window).ToList();
        if (left.Count == 0) return;
        active.Clear();
        active.AddRange(left);
    }
}
