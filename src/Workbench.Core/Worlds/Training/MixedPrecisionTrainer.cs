using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>
/// Mixed-precision training (Micikevicius et al. 2018): forward and backward in low-precision replicas, AdamW on float32 master
/// weights, gradients averaged over the replicas.
/// </summary>
/// <typeparam name="TModel">The model; all its parameters are trained, or those that are chosen by name.</typeparam>
public sealed class MixedPrecisionTrainer<TModel> : IDisposable
    where TModel : nn.Module
{
    /// <summary>A step whose gradient norm exceeds this multiple of the running norm is left out: it would undo hours.</summary>
    private const double ExplosionFactor = 20;

    private readonly TrainingConfig config;
    private readonly TModel[] replicas;
    private readonly Parameter[] master, frozen;
    private readonly Parameter[][] compute, still;
    private readonly Tensor[] average;
    private readonly AdamW optimizer;
    private readonly ReplicaThreads threads;

    /// <summary>Takes over <paramref name="model"/> (float32) as master and builds its replicas with <paramref name="create"/>.</summary>
    /// <param name="model">The model with its first weights.</param>
    /// <param name="create">Makes a model of the same shape.</param>
    /// <param name="config">Steps, batch, learning rate.</param>
    /// <param name="trains">Whether the parameter of a name is trained; null trains all. The others stay as they are, bit for bit.</param>
    public MixedPrecisionTrainer(TModel model, Func<TModel> create, TrainingConfig config, Func<string, bool>? trains = null)
    {
        trains ??= _ => true;
        this.config = config;
        Model = model;
        replicas = [.. Enumerable.Range(0, config.Replicas).Select(_ => (TModel)create().to(config.ComputeType))];
        Parameter[] Where(TModel module, bool trained) => [.. module.named_parameters().Where(p => trains(p.name) == trained).Select(p => p.parameter)];
        (master, frozen) = (Where(model, true), Where(model, false));
        (compute, still) = ([.. replicas.Select(r => Where(r, true))], [.. replicas.Select(r => Where(r, false))]);
        foreach (var parameter in still.SelectMany(p => p)) parameter.requires_grad = false;
        average = config.EmaDecay > 0 ? [.. master.Select(p => p.detach().clone().DetachFromDisposeScope())] : [];
        optimizer = optim.AdamW(master, config.LearningRate, 0.9, config.Beta2, 1e-8, config.WeightDecay);
        threads = new ReplicaThreads(config.Replicas);
        Broadcast();
    }

    /// <summary>The float32 master model.</summary>
    public TModel Model { get; }

    /// <summary>The optimiser, for checkpoints.</summary>
    internal AdamW Optimizer => optimizer;

    /// <summary>Moving average of the weights in parameter order; empty without <see cref="TrainingConfig.EmaDecay"/>.</summary>
    internal IReadOnlyList<Tensor> Average => average;

    /// <summary>Steps left out because of an exploding or non-finite gradient.</summary>
    public int SkippedSteps { get; private set; }

    /// <summary>Runs <paramref name="work"/> on every replica's own thread.</summary>
    public T[] OnReplicas<T>(Func<TModel, int, T> work) => threads.Run(i => work(replicas[i], i));

    /// <summary>One optimiser step.</summary>
    /// <param name="step">Step number, 0-based; sets the learning rate.</param>
    /// <param name="loss">Computes the scalar loss of a replica (model, replica number) inside a dispose scope.</param>
    /// <returns>The mean loss.</returns>
    public double Step(int step, Func<TModel, int, Tensor> loss)
    {
        foreach (var group in optimizer.ParamGroups) group.LearningRate = config.LearningRateAt(step);
        var losses = threads.Run(i =>
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in compute[i]) parameter.grad?.zero_();
            var value = loss(replicas[i], i);
            value.backward();
            return (double)value.to(ScalarType.Float32).item<float>();
        });
        using (no_grad())
        using (NewDisposeScope())
        {
            if (Gather()) optimizer.step();
            else SkippedSteps++;
            Broadcast();
            // The average starts short, or a short training would ship its first weights.
            var decay = Math.Min(config.EmaDecay, (1.0 + step) / (10.0 + step));
            for (var i = 0; i < average.Length; i++) average[i].mul_(decay).add_(master[i], 1 - decay);
        }
        return losses.Average();
    }

    /// <summary>Running mean of the gradients' norm, from which an explosion is told; NaN before the first step.</summary>
    internal double RunningNorm { get; set; } = double.NaN;

    /// <summary>Copies the master weights into the replicas, as after loading a checkpoint.</summary>
    public void Broadcast()
    {
        using var guard = no_grad();
        foreach (var parameters in compute)
            for (var i = 0; i < master.Length; i++) parameters[i].copy_(master[i]);
        foreach (var parameters in still)
            for (var i = 0; i < frozen.Length; i++) parameters[i].copy_(frozen[i]);
    }

    /// <summary>The weights to ship: the moving average where there is one, else the master's.</summary>
    public void CopyBestInto(TModel target)
    {
        using var guard = no_grad();
        var (to, from) = (target.named_parameters().ToDictionary(p => p.name, p => p.parameter), Model.named_parameters());
        var trained = master.Select((p, i) => (p.Handle, i)).ToDictionary(p => p.Handle, p => p.i);
        foreach (var (name, parameter) in from)
            to[name].copy_(average.Length > 0 && trained.TryGetValue(parameter.Handle, out var i) ? average[i] : parameter);
    }

    private bool Gather()
    {
        double squares = 0;
        for (var i = 0; i < master.Length; i++)
        {
            var sum = compute[0][i].grad is { } first ? first.to(ScalarType.Float32) : zeros_like(master[i]);
            for (var r = 1; r < compute.Length; r++)
                if (compute[r][i].grad is { } more) sum = sum + more.to(ScalarType.Float32);
            var gradient = sum / compute.Length;
            if (master[i].grad is { } old) old.copy_(gradient);
            else master[i].grad = gradient.MoveToOuterDisposeScope().DetachFromDisposeScope();
            squares += gradient.pow(2).sum().item<float>();
        }
        var norm = Math.Sqrt(squares);
        if (!double.IsFinite(norm) || norm > ExplosionFactor * Math.Max(RunningNorm, config.MaxGradNorm)) return false;
        RunningNorm = double.IsNaN(RunningNorm) ? norm : 0.98 * RunningNorm + 0.02 * norm;
        if (norm > config.MaxGradNorm)
            foreach (var parameter in master) parameter.grad!.mul_(config.MaxGradNorm / norm);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        threads.Dispose();
        optimizer.Dispose();
        foreach (var tensor in average) tensor.Dispose();
        foreach (var replica in replicas) replica.Dispose();
    }
}
