using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>A DreamBooth training that a protection attacks: a few steps of training, then a few of the attack, in turn.</summary>
internal sealed class Surrogate : IDisposable
{
    private readonly PerturbationContext context;
    private readonly DreamBoothConfig config;
    private readonly LatentCache? classLatents;
    private readonly DreamBoothTraining training;
    private readonly Seed seed;
    private int steps;

    /// <summary>Starts from the context's pipeline.</summary>
    public Surrogate(PerturbationContext context, DreamBoothConfig config, LatentCache? classLatents, Seed seed)
    {
        this.context = context;
        this.classLatents = classLatents;
        this.seed = seed;
        this.config = config;
        training = new DreamBoothTraining(context.Pipeline, config);
    }

    /// <summary>The settings of a surrogate in <paramref name="context"/>: its prompts, prior preservation if it has class pictures.</summary>
    public static DreamBoothConfig ConfigFor(PerturbationContext context, DreamBoothConfig config) => config with
    {
        InstancePrompt = context.InstancePrompt,
        ClassPrompt = context.ClassPrompt,
        WithPriorPreservation = config.WithPriorPreservation && context.ClassImages is not null,
    };

    /// <summary>Posteriors of the class pictures, where there are any.</summary>
    public static LatentCache? ClassLatents(PerturbationContext context, CancellationToken cancellationToken) =>
        context.ClassImages is { } images ? LatentCache.Encode(context.Pipeline.Vae, images, cancellationToken) : null;

    /// <summary>Takes over the weights of <paramref name="other"/>.</summary>
    public void CopyWeights(Surrogate other) => training.CopyWeights(other.training);

    /// <summary>Trains on <paramref name="instance"/>, with a fresh optimiser, going on where the last call stopped in the order of pictures.</summary>
    public void Train(LatentCache instance, int count, Action<double>? report, CancellationToken cancellationToken)
    {
        training.ResetOptimizer();
        var order = new PairOrder(instance.Count, config.WithPriorPreservation ? classLatents!.Count : 0, seed.For("order"));
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = training.Step(instance, classLatents, order.Batch(steps, config.TrainBatchSize), seed.For("train").For(steps), i + 1, count);
            steps++;
            report?.Invoke(done.Loss);
        }
    }

    /// <summary>Runs projected gradient steps against this model as it stands.</summary>
    public Tensor Attack(
        ProjectedGradient ascent, Tensor original, Tensor start, Seed attackSeed,
        IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var vae = context.Pipeline.Vae;
        using var frozen = new FrozenModules(vae, training.UNet, training.TextEncoder);
        using var states = TensorScope.Inference(() => training.EncodePrompts()[..1]);
        var objective = new DiffusionObjective { Vae = vae, UNet = training.UNet, Schedule = context.Pipeline.Scheduler.Schedule, TextStates = states };
        return ascent.Run(original, start, objective.Evaluate, attackSeed, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => training.Dispose();
}
