using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis.Shortcuts;

/// <summary>
/// What a training fits first, the person or the pattern. Two questions are put to the training prompt's denoising loss, on photos that are
/// not trained on: does it fall for the same person without the pattern (identity), and for other people with the pattern (noise)?
/// </summary>
/// <remarks>
/// Both are measured against clean photos of the other people, and against the untrained model: a loss that falls for everybody counts as
/// neither. Every moment of a training, and every training, meets the same photos, noises and timesteps.
/// </remarks>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed class FittingOrder : IDisposable
{
    private readonly NoiseSchedule schedule;
    private readonly Tensor own, others, othersProtected, noise, timesteps;
    private double[]? startIdentity, startNoise;

    /// <summary>Encodes the photos and draws the noises once.</summary>
    /// <param name="pipeline">The base model.</param>
    /// <param name="probes">The photos.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="draws">Noised photos a question; timesteps are spread evenly over them.</param>
    public FittingOrder(StableDiffusionPipeline pipeline, FittingProbes probes, Seed seed, int draws = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        probes.Validate();
        schedule = pipeline.Scheduler.Schedule;
        using var stream = seed.For("noise").Open();
        own = Latents(pipeline, probes.Own, draws, seed.For("own"));
        // Clean and protected photos of the others get the same posterior draws, so that they differ in the pattern alone.
        others = Latents(pipeline, probes.Others, draws, seed.For("others"));
        othersProtected = Latents(pipeline, probes.OthersProtected, draws, seed.For("others"));
        noise = stream.NormalLike(own).DetachFromDisposeScope();
        timesteps = TensorScope.Run(() => ((arange(draws, ScalarType.Float64) + 0.5) / draws * schedule.NumTrainTimesteps).floor().to(ScalarType.Int64).to(own.device)).DetachFromDisposeScope();
    }

    /// <summary>Measures one moment; the first one is the start that later ones are compared with.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="training">The training at that moment.</param>
    public FittingPoint Measure(int step, DreamBoothTraining training)
    {
        var (a, b, c) = (Losses(training, own), Losses(training, others), Losses(training, othersProtected));
        var identity = b.Zip(a, (other, same) => other - same).ToArray();
        var pattern = b.Zip(c, (clean, guarded) => clean - guarded).ToArray();
        startIdentity ??= identity;
        startNoise ??= pattern;
        return new FittingPoint(step, [.. identity.Zip(startIdentity, (now, start) => now - start)], [.. pattern.Zip(startNoise, (now, start) => now - start)]);
    }

    /// <summary>Forgets the start, for the next training.</summary>
    public void Restart() => startIdentity = startNoise = null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in new[] { own, others, othersProtected, noise, timesteps }) kept.Dispose();
    }

    private double[] Losses(DreamBoothTraining training, Tensor latents) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        var states = training.EncodePrompts().narrow(0, 0, 1).expand(latents.shape[0], -1, -1);
        var prediction = training.UNet.forward(schedule.AddNoise(latents, noise, timesteps).to(states.dtype), timesteps, states).to(ScalarType.Float32);
        return (prediction - schedule.Target(latents, noise, timesteps)).square().mean([1, 2, 3]).to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
    });

    private static Tensor Latents(StableDiffusionPipeline pipeline, ImageBatch photos, int draws, Seed seed)
    {
        using var cache = LatentCache.Encode(pipeline.Vae, photos);
        using var stream = seed.Open();
        return cache.Sample([.. Enumerable.Range(0, draws).Select(k => (long)(k % cache.Count))], stream).DetachFromDisposeScope();
    }
}

/// <summary>The photos of <see cref="FittingOrder"/>; none of them is trained on.</summary>
/// <param name="Own">Clean photos of the subject.</param>
/// <param name="Others">Clean photos of other people.</param>
/// <param name="OthersProtected">The same photos of the other people, protected.</param>
public sealed record FittingProbes(ImageBatch Own, ImageBatch Others, ImageBatch OthersProtected)
{
    internal void Validate()
    {
        if (!Others.Unit.shape.SequenceEqual(OthersProtected.Unit.shape))
            throw new ArgumentException($"The others' protected photos must be those of {nameof(Others)}: got {Others} and {OthersProtected}.");
    }
}

/// <summary>What a training has fitted so far, one entry a draw, in units of the loss; 0 at the start.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Identity">How much more the loss fell for clean photos of the subject than for those of others.</param>
/// <param name="Noise">How much more it fell for protected photos of others than for the same photos clean.</param>
public sealed record FittingPoint(int Step, IReadOnlyList<double> Identity, IReadOnlyList<double> Noise);
