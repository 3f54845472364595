using Workbench.Tensors;

namespace Workbench.Personalization;

/// <summary>
/// Which pictures a training step sees. As in the reference dataset there are max(#class, #instance) pairs, pair k joins instance
/// k mod N with class picture k mod M, and the list is shuffled anew each epoch.
/// </summary>
/// <remarks>A function of the seed and the step alone, so that a resumed run sees what the uninterrupted one would have seen.</remarks>
public sealed class PairOrder
{
    private readonly int instances, classes;
    private readonly Seed seed;
    private long epoch = -1;
    private long[] order = [];

    /// <summary>An order over <paramref name="instances"/> instance and <paramref name="classes"/> class pictures.</summary>
    /// <param name="instances">At least 1.</param>
    /// <param name="classes">0 without prior preservation.</param>
    /// <param name="seed">Of the shuffling.</param>
    public PairOrder(int instances, int classes, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instances, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        (this.instances, this.classes, this.seed) = (instances, classes, seed);
    }

    /// <summary>Pairs in an epoch.</summary>
    public int Length => Math.Max(instances, classes);

    /// <summary>The pictures of step <paramref name="step"/> (from 0) at <paramref name="batchSize"/> pairs a step.</summary>
    /// <returns>Indices of instance pictures and, where there are any, of class pictures.</returns>
    public (long[] Instances, long[] Classes) Batch(int step, int batchSize)
    {
        var pairs = Enumerable.Range(0, batchSize).Select(i => PairAt((long)step * batchSize + i)).ToArray();
        return (Array.ConvertAll(pairs, k => k % instances), classes == 0 ? [] : Array.ConvertAll(pairs, k => k % classes));
    }

    private long PairAt(long position)
    {
        var wanted = position / Length;
        if (wanted != epoch)
        {
            using var draws = seed.For(wanted).Open();
            order = draws.Permutation(Length);
            epoch = wanted;
        }
        return order[position % Length];
    }
}
