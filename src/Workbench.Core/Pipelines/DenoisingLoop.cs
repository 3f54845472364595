using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>The walk from noise to latents: network, guidance, scheduler step, once a timestep.</summary>
public sealed class DenoisingLoop
{
    private readonly UNet2DConditionModel unet;
    private readonly IScheduler scheduler;
    private readonly ScalarType dtype;
    private readonly Device device;

    /// <summary>Joins a network and a scheduler whose timesteps are set.</summary>
    public DenoisingLoop(UNet2DConditionModel unet, IScheduler scheduler)
    {
        (this.unet, this.scheduler) = (unet, scheduler);
        var weight = unet.parameters().First();
        (dtype, device) = (weight.dtype, weight.device);
    }

    /// <summary>Strength of guidance; used where the embeddings have an unconditional part.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>Index of the first step to take.</summary>
    public int StartIndex { get; init; }

    /// <summary>Index of the batch's first picture among all pictures, for the progress report.</summary>
    public int FirstImage { get; init; }

    /// <summary>Number of all pictures, for the progress report; 0 = this batch.</summary>
    public int ImageCount { get; init; }

    /// <summary>Channels [B, C', h, w] that the network sees beside the sample at every step (the ×4 upscaler's small picture), or null.</summary>
    public Tensor? ExtraChannels { get; init; }

    /// <summary>Class labels [B] of the network (the ×4 upscaler's noise level), or null.</summary>
    public Tensor? ClassLabels { get; init; }

    /// <summary>Walks; no gradients are recorded.</summary>
    /// <param name="sample">The state at the first step [B, C, h, w]; kept.</param>
    /// <param name="text">Encoded prompts of the batch.</param>
    /// <param name="drawNoise">Gives [B, C, h, w] standard normal values; called once a step where the scheduler wants noise.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Checked before every step.</param>
    /// <returns>The last sample [B, C, h, w], float32.</returns>
    public Tensor Run(
        Tensor sample, PromptEmbeddings text, Func<Tensor>? drawNoise = null, IProgress<DenoisingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var guard = no_grad();
        var steps = scheduler.Timesteps.Count;
        return TensorScope.Run(() =>
        {
            var states = text.Joined.to(dtype, device);
            var current = sample.to(float32, device).alias();
            for (var i = StartIndex; i < steps; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var output = Predict(current, states, i, isGuided: text.Uncond is not null);
                var step = scheduler.Step(output, i, current, scheduler.NeedsNoise ? drawNoise?.Invoke() : null);
                progress?.Report(new DenoisingProgress(i - StartIndex + 1, steps - StartIndex, scheduler.Timesteps[i], FirstImage,
                    ImageCount > 0 ? ImageCount : (int)sample.shape[0], Own(step.PrevSample), Own(step.PredX0)));
                current.Dispose();
                current = step.PrevSample.MoveToOuterDisposeScope();
            }
            return current;
        });
    }

    private Tensor Predict(Tensor sample, Tensor states, int stepIndex, bool isGuided)
    {
        var input = scheduler.ScaleModelInput(sample, stepIndex).to(dtype);
        if (ExtraChannels is not null) input = cat([input, ExtraChannels.to(dtype, device)], 1);
        if (isGuided) input = cat([input, input]); // [2B, C, h, w]
        var labels = ClassLabels is { } given && isGuided ? cat([given, given]) : ClassLabels;
        var time = tensor(scheduler.Timesteps[stepIndex], dtype: float32, device: device);
        var output = unet.call(input, time, states, labels?.to(device)).to(float32);
        return isGuided ? Guidance.Combine(output, GuidanceScale) : output;
    }

    private static Tensor Own(Tensor tensor) => tensor.alias().DetachFromDisposeScope();
}
