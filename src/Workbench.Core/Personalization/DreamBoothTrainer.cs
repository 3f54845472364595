using System.Text.Json;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Personalization;

/// <summary>DreamBooth fine-tuning (Ruiz et al. 2023) as arXiv 2406.18944 runs it: UNet and text encoder trained, autoencoder frozen.</summary>
/// <remarks>
/// Every step draws from its own number's seed, so a run that is killed and resumed ends in the same weights as one that was not. The
/// base pipeline is never changed.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public static class DreamBoothTrainer
{
    /// <summary>Learns a subject.</summary>
    /// <param name="pipeline">The base model.</param>
    /// <param name="instanceImages">Pictures of the subject.</param>
    /// <param name="prior">Pictures for prior preservation; null: <see cref="PriorImages.Get"/> draws them when the settings ask for them.</param>
    /// <param name="config">Settings.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="checkpoint">Where to keep the state, to resume from it; null: nowhere.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Stops between two steps; with a checkpoint the state is kept first.</param>
    public static PersonalizedModel Train(
        StableDiffusionPipeline pipeline, ImageBatch instanceImages, PriorImages? prior, DreamBoothConfig config, Seed seed,
        CheckpointOptions? checkpoint = null, IProgress<DreamBoothProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        config.Validate();
        checkpoint?.Validate();
        using var drawn = prior is null ? PriorImages.Get(pipeline, config, seed.For("class images"), cancellationToken: cancellationToken) : null;
        prior = config.WithPriorPreservation ? prior ?? drawn : null;
        using var instances = LatentCache.Encode(pipeline.Vae, instanceImages, cancellationToken);
        using var priorLatents = PriorLatents.Encode(pipeline.Vae, prior, config, cancellationToken);
        using var training = new DreamBoothTraining(pipeline, config);
        var file = checkpoint is null ? null : new TrainingCheckpoint(checkpoint.Folder, RunKey(pipeline, instanceImages, prior, config, seed));
        var log = Steps(training, instances, priorLatents, config, seed, file, checkpoint?.Every ?? int.MaxValue, progress, cancellationToken);
        // The moments are as large as two more copies of the networks, and are not needed any more.
        training.ResetOptimizer();
        var (unet, text) = training.Snapshot();
        return new PersonalizedModel(pipeline, unet, text, config, log);
    }

    private static List<DreamBoothProgress> Steps(
        DreamBoothTraining training, LatentCache instances, PriorLatents? prior, DreamBoothConfig config, Seed seed,
        TrainingCheckpoint? file, int every, IProgress<DreamBoothProgress>? progress, CancellationToken cancellationToken)
    {
        var order = new PairOrder(instances.Count, prior?.Class.Count ?? 0, seed.For("order"));
        var (begin, before) = file?.Resume(training, config.MaxTrainSteps) ?? (0, []);
        var log = before.ToList();
        for (var step = begin; step < config.MaxTrainSteps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                file?.Save(training, step, log);
                cancellationToken.ThrowIfCancellationRequested();
            }
            var report = training.Step(instances, prior, order.Batch(step, config.TrainBatchSize), seed.For("step").For(step), step + 1, config.MaxTrainSteps);
            log.Add(report);
            progress?.Report(report);
            if ((step + 1) % every == 0 || (file is not null && step + 1 == config.MaxTrainSteps)) file?.Save(training, step + 1, log);
        }
        return log;
    }

    /// <summary>Names a run by what its weights depend on; the number of steps is left out, so that a run may be prolonged.</summary>
    private static string RunKey(StableDiffusionPipeline pipeline, ImageBatch instances, PriorImages? prior, DreamBoothConfig config, Seed seed) =>
        JsonSerializer.Serialize(new
        {
            Config = config with { MaxTrainSteps = 1 },
            Seed = seed.Value,
            Instances = Fingerprint.Of(instances.Unit),
            Classes = prior is null ? "" : Fingerprint.Of(prior.Class.Unit),
            Negatives = prior?.Negative is null ? "" : Fingerprint.Of(prior.Negative.Unit),
            UNet = Fingerprint.Of(pipeline.UNet),
            TextEncoder = Fingerprint.Of(pipeline.TextEncoder),
            Vae = Fingerprint.Of(pipeline.Vae),
            Scheduler = pipeline.Scheduler.Config,
        }, ModelConfigFile.Options);
}
