using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>A DreamBooth training that a protection attacks: a few steps of training, then a few of the attack, in turn.</summary>
internal sealed class Surrogate : IDisposable
{
    private const string Weight = "weight.";
    private readonly SurrogateSetup setup;
    private readonly DreamBoothTraining training;
    private readonly Seed seed;
    private int steps;

    /// <summary>Starts from the pipeline of the setup's context.</summary>
    public Surrogate(SurrogateSetup setup, Seed seed)
    {
        this.setup = setup;
        this.seed = seed;
        training = new DreamBoothTraining(setup.Context.Pipeline, setup.Config);
    }

    /// <summary>Takes over the weights of <paramref name="other"/>.</summary>
    public void CopyWeights(Surrogate other) => training.CopyWeights(other.training);

    /// <summary>Copies of the weights as they stand, on the CPU, where a pool of them does not take the networks' memory; the caller's to dispose.</summary>
    public IReadOnlyDictionary<string, Tensor> SaveWeights() => training.State().Where(p => p.Key.StartsWith(Weight, StringComparison.Ordinal))
        .ToDictionary(p => p.Key, p => TensorScope.Inference(() => p.Value.to(ScalarType.Float32, torch.CPU, copy: true)).DetachFromDisposeScope(), StringComparer.Ordinal);

    /// <summary>Goes back to saved weights, and forgets the optimiser's moments.</summary>
    public void LoadWeights(IReadOnlyDictionary<string, Tensor> weights)
    {
        training.Restore(weights.GetValueOrDefault, 0);
    }

    /// <summary>Trains on <paramref name="instance"/>, with a fresh optimiser, going on where the last call stopped in the order of pictures.</summary>
    public void Train(LatentCache instance, int count, Action<double>? report, CancellationToken cancellationToken)
    {
        training.ResetOptimizer();
        Continue(instance, count, report, cancellationToken);
    }

    /// <summary>Trains on, with the optimiser as it stands.</summary>
    public void Continue(LatentCache instance, int count, Action<double>? report, CancellationToken cancellationToken)
    {
        var order = new PairOrder(instance.Count, setup.Prior?.Class.Count ?? 0, seed.For("order"));
        var instances = Instances(instance.Count);
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = setup.Compat.CompatIndexOrder ? FirstRows(instances, i) : order.Batch(steps, setup.Config.TrainBatchSize);
            var done = training.Step(instance, setup.Prior, rows, seed.For("train").For(steps), i + 1, count);
            if (setup.Compat.CompatBf16Surrogate) RoundWeights();
            steps++;
            report?.Invoke(done.Loss);
        }
    }

    /// <summary>Runs projected gradient steps against this model as it stands.</summary>
    public Tensor Attack(
        ProjectedGradient ascent, SurrogateAttack attack, Tensor original, Tensor start, Seed attackSeed,
        IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = setup.Context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, training.UNet, training.TextEncoder);
        using var states = TensorScope.Inference(() => training.EncodePrompts()[..1]);
        var objective = new DiffusionObjective
        {
            Vae = pipeline.Vae, UNet = training.UNet, Schedule = pipeline.Scheduler.Schedule, TextStates = states, Timesteps = attack.Timesteps,
        };
        var steps = attack.Normalize is { } normalize ? ascent with { Normalize = normalize } : ascent;
        return steps.Run(original, start, attack.Loss(objective), attackSeed, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => training.Dispose();

    // Only the reference's order needs a list of its own: ours is a PairOrder's.
    private long[] Instances(int count)
    {
        if (!setup.ShufflesInstances) return [.. Enumerable.Range(0, count).Select(k => (long)k)];
        using var draws = seed.For("shuffle").For(steps).Open();
        return draws.Permutation(count);
    }

    private (long[] Instances, long[] Classes) FirstRows(long[] instances, int call)
    {
        var pairs = Enumerable.Range(call * setup.Config.TrainBatchSize, setup.Config.TrainBatchSize).Select(k => (long)k).ToArray();
        return (Array.ConvertAll(pairs, k => instances[k % instances.Length]), setup.Prior is { } prior ? Array.ConvertAll(pairs, k => k % prior.Class.Count) : []);
    }

    private void RoundWeights()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, tensor) in training.State())
            if (name.StartsWith(Weight, StringComparison.Ordinal)) tensor.copy_(tensor.to(ScalarType.BFloat16).to(ScalarType.Float32));
    }
}
