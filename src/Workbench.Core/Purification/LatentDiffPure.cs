using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>DiffPure in the latent space of a text-to-image model, guided by a prompt or (∅) by none.</summary>
/// <remarks>
/// Nie et al. 2022 with Stable Diffusion in place of a pixel model: a latent drawn from the posterior is noised to a timestep, then walks
/// down by ancestral steps (Ho et al. 2020, algorithm 2, the smaller variance). Pictures whose sides the networks cannot halve often enough
/// are padded and cut back; the compared code fits them to 512.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class LatentDiffPure : BatchPurifier
{
    private readonly StableDiffusionPipeline pipeline;
    private readonly LatentDiffPureOptions options;

    /// <summary>Makes the purifier.</summary>
    /// <param name="pipeline">The text-to-image model; stays the caller's. Its scheduler is not used.</param>
    /// <param name="options">Defaults to <see cref="LatentDiffPureOptions.Paper"/>.</param>
    public LatentDiffPure(StableDiffusionPipeline pipeline, LatentDiffPureOptions? options = null)
    {
        this.pipeline = pipeline;
        this.options = options ?? LatentDiffPureOptions.Paper;
        this.options.Validate();
        if (this.options.Timestep >= pipeline.Scheduler.Schedule.NumTrainTimesteps)
            throw new ArgumentException($"LatentDiffPure: the timestep is {this.options.Timestep}, the model has {pipeline.Scheduler.Schedule.NumTrainTimesteps}.");
    }

    /// <inheritdoc/>
    public override string Name => IsGuided ? "ldiffp" : "eldiffp";

    /// <inheritdoc/>
    protected override int BatchSize => 4;

    /// <inheritdoc/>
    protected override int BatchSizeOf(int height, int width) => PicturesAtOnce.Of(height, width, BatchSize);

    private bool IsGuided => options.Prompt != options.NegativePrompt;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        var padded = EdgePadding.ToMultiple(pixels, Multiple());
        var streams = seeds.Select(s => s.Open()).ToArray();
        try
        {
            var latents = Denoise(Encode(padded * 2 - 1, streams), streams, cancellationToken);
            return EdgePadding.CutBack(((pipeline.DecodeLatents(latents) + 1) / 2).cpu(), pixels.size(2), pixels.size(3));
        }
        finally
        {
            foreach (var stream in streams) stream.Dispose();
        }
    }

    private Tensor Encode(Tensor signed, RandomStream[] streams)
    {
        var posterior = pipeline.EncodeImages(signed);
        return posterior.Sample(Noise(streams, posterior.Mean));
    }

    private Tensor Denoise(Tensor latents, RandomStream[] streams, CancellationToken cancellationToken)
    {
        var schedule = pipeline.Scheduler.Schedule;
        var text = pipeline.EncodePrompt([options.Prompt], PromptOverflow.Truncate);
        var empty = IsGuided ? pipeline.EncodePrompt([options.NegativePrompt], PromptOverflow.Truncate) : null;
        var x = schedule.AddNoise(latents, Noise(streams, latents), tensor(new[] { (long)options.Timestep }));
        var timesteps = Timesteps();
        for (var i = 0; i < timesteps.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (before, t, next) = (x, timesteps[i], i + 1 < timesteps.Count ? timesteps[i + 1] : -1);
            x = TensorScope.Run(() => Step(before, t, next, text, empty, streams));
            before.Dispose();
        }
        return x;
    }

    private Tensor Step(Tensor x, int t, int next, Tensor text, Tensor? empty, RandomStream[] streams)
    {
        var schedule = pipeline.Scheduler.Schedule;
        var at = tensor(new[] { (long)t });
        var x0 = schedule.PredictX0(Predict(x, t, text, empty), x, at);
        var posterior = DdpmPosterior.Between(schedule.AlphasCumprod[t], next < 0 ? 1 : schedule.AlphasCumprod[next]);
        var mean = posterior.Mean(x0, x);
        return next < 0 ? mean : mean + Noise(streams, x) * Math.Sqrt(posterior.Variance);
    }

    private Tensor Predict(Tensor x, int t, Tensor text, Tensor? empty)
    {
        var (count, weight) = (x.shape[0], pipeline.UNet.parameters().First());
        Tensor Rows(Tensor states) => states.expand(count, -1, -1);
        var input = (empty is null ? x : cat([x, x])).to(weight.dtype);
        var states = (empty is null ? Rows(text) : cat([Rows(empty), Rows(text)])).to(weight.dtype);
        var output = pipeline.UNet.forward(input, tensor((float)t, device: weight.device), states).to(ScalarType.Float32);
        return empty is null ? output : Guidance.Combine(output, options.GuidanceScale);
    }

    /// <summary>From the noised timestep down to 0.</summary>
    private IReadOnlyList<int> Timesteps()
    {
        var count = options.Steps ?? options.Timestep + 1;
        return [.. Enumerable.Range(0, count).Select(i => (int)Math.Round(options.Timestep * (1 - i / (count - 1.0))))];
    }

    private int Multiple() => pipeline.Vae.Config.SpatialFactor << (pipeline.UNet.Config.BlockOutChannels.Count - 1);

    private static Tensor Noise(RandomStream[] streams, Tensor like) =>
        cat([.. streams.Select(s => s.Normal([1, .. like.shape.Skip(1)]))]).to(like.dtype, like.device);
}
