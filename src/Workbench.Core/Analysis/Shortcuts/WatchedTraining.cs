using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Analysis.Shortcuts;

/// <summary>DreamBooth with a look inside: the same steps as <see cref="DreamBoothTrainer"/>, stopped at chosen ones to measure.</summary>
/// <remarks>Looking changes nothing: measurements draw from seeds of their own, and the weights end bit for bit as the trainer's.</remarks>
public static class WatchedTraining
{
    /// <summary>Steps spread over a training so that its beginning, where most is decided, is seen more closely: 0, 1/16, 1/8, 1/4, 1/2, 1.</summary>
    public static IReadOnlyList<int> Moments(int steps) => [.. new[] { 0, steps / 16, steps / 8, steps / 4, steps / 2, steps }.Distinct()];

    /// <summary>Learns a subject and calls <paramref name="watch"/> after the chosen numbers of steps; 0 is before the first.</summary>
    /// <param name="pipeline">The base model; never changed.</param>
    /// <param name="instanceImages">Pictures of the subject.</param>
    /// <param name="prior">Pictures for prior preservation; null: drawn when the settings ask for them.</param>
    /// <param name="config">Settings.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="at">Numbers of steps.</param>
    /// <param name="watch">Gets the number of steps done and the training, which it must not step.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static PersonalizedModel Run(
        StableDiffusionPipeline pipeline, ImageBatch instanceImages, PriorImages? prior, DreamBoothConfig config, Seed seed,
        IReadOnlyList<int> at, Action<int, DreamBoothTraining> watch, IProgress<DreamBoothProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        config.Validate();
        using var drawn = prior is null ? PriorImages.Get(pipeline, config, seed.For("class images"), cancellationToken: cancellationToken) : null;
        using var instances = LatentCache.Encode(pipeline.Vae, instanceImages, cancellationToken);
        using var priorLatents = PriorLatents.Encode(pipeline.Vae, prior ?? drawn, config, cancellationToken);
        using var training = new DreamBoothTraining(pipeline, config);
        var order = new PairOrder(instances.Count, priorLatents?.Class.Count ?? 0, seed.For("order"));
        var log = new List<DreamBoothProgress>();
        if (at.Contains(0)) watch(0, training);
        for (var step = 0; step < config.MaxTrainSteps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            log.Add(training.Step(instances, priorLatents, order.Batch(step, config.TrainBatchSize), seed.For("step").For(step), step + 1, config.MaxTrainSteps));
            progress?.Report(log[^1]);
            if (at.Contains(step + 1)) watch(step + 1, training);
        }
        var (unet, text) = training.Snapshot();
        return new PersonalizedModel(pipeline, unet, text, config, log);
    }
}
