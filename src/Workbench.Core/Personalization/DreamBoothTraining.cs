using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>
/// One running DreamBooth training: copies of a pipeline's UNet and text encoder with their optimiser. The trainer drives one to its
/// end; protections that craft noise against a model in training drive theirs a few steps at a time.
/// </summary>
public sealed class DreamBoothTraining : IDisposable
{
    private readonly DreamBoothConfig config;
    private readonly NoiseSchedule schedule;
    private readonly Tensor promptIds;
    private readonly ClipTextModel baseTextEncoder;
    private readonly AdamW optimizer;

    /// <summary>Starts from copies of <paramref name="pipeline"/>'s networks; the pipeline itself is never changed.</summary>
    /// <param name="pipeline">The base model.</param>
    /// <param name="config">Prompts, optimiser and precision.</param>
    public DreamBoothTraining(StableDiffusionPipeline pipeline, DreamBoothConfig config)
    {
        config.Validate();
        this.config = config;
        schedule = pipeline.Scheduler.Schedule;
        var computeType = config.Precision == ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        baseTextEncoder = pipeline.TextEncoder;
        UNet = ModuleCopy.Of(pipeline.UNet);
        TextEncoder = ModuleCopy.Of(pipeline.TextEncoder);
        string[] prompts = config.WithPriorPreservation
            ? [config.InstanceTrainingPrompt, config.ClassTrainingPrompt, ""]
            : [config.InstanceTrainingPrompt];
        var tokenizer = pipeline.Tokenizer ?? throw new ArgumentException("DreamBooth needs a pipeline with a tokenizer.", nameof(pipeline));
        promptIds = tokenizer.Encode(prompts).to(UNet.parameters().First().device).DetachFromDisposeScope();
        UNet.to(computeType);
        TextEncoder.to(computeType);
        foreach (var parameter in TextEncoder.parameters()) parameter.requires_grad = config.TrainTextEncoder;
        foreach (var parameter in UNet.parameters()) parameter.requires_grad = true;
        var sources = Named(pipeline.UNet, pipeline.TextEncoder).ToDictionary(p => p.Name, p => (Tensor)p.Parameter, StringComparer.Ordinal);
        optimizer = new AdamW(Named(UNet, TextEncoder), AdamWOptions.Of(config), sources);
    }

    /// <summary>The UNet in training; its weights are in the compute precision.</summary>
    public UNet2DConditionModel UNet { get; }

    /// <summary>The text encoder in training; its weights are in the compute precision.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>Optimiser steps since the start, or since <see cref="ResetOptimizer"/>.</summary>
    public int StepCount => optimizer.StepCount;

    /// <summary>Weights and moments for a checkpoint.</summary>
    public IReadOnlyDictionary<string, Tensor> State() => optimizer.State();

    /// <summary>Continues from a checkpoint; see <see cref="AdamW.Restore"/>.</summary>
    public void Restore(Func<string, Tensor> read, int stepCount) => optimizer.Restore(read, stepCount);

    /// <summary>Forgets the optimiser's moments and keeps the weights.</summary>
    public void ResetOptimizer() => optimizer.Reset();

    /// <summary>Takes over the weights of <paramref name="other"/>, which started from the same pipeline, and forgets the moments.</summary>
    public void CopyWeights(DreamBoothTraining other) => optimizer.CopyWeights(other.optimizer);

    /// <summary>The text encoder's states of the instance prompt (row 0) and, with prior preservation, of the class prompt (row 1) and the empty one (row 2).</summary>
    /// <returns>[1 or 3, T, D] in the compute precision; differentiable.</returns>
    public Tensor EncodePrompts() => TextEncoder.call(promptIds).LastHiddenState;

    /// <summary>One optimiser step on the pictures of one batch.</summary>
    /// <param name="instance">Posteriors of the subject's pictures.</param>
    /// <param name="classImages">Posteriors of the class pictures; required with prior preservation.</param>
    /// <param name="rows">Which pictures; as many class as instance rows.</param>
    /// <param name="seed">Of this step's posterior samples, noise and timesteps.</param>
    /// <param name="step">Number of the step, from 1, for the report.</param>
    /// <param name="totalSteps">Steps planned, for the report.</param>
    public DreamBoothProgress Step(
        LatentCache instance, LatentCache? classImages, (long[] Instances, long[] Classes) rows, Seed seed, int step, int totalSteps)
    {
        using var scope = NewDisposeScope();
        using var draws = seed.Open();
        var latents = instance.Sample(rows.Instances, draws);
        if (config.WithPriorPreservation)
            latents = cat([latents, Required(classImages).Sample(rows.Classes, draws)], 0);
        var noise = draws.NormalLike(latents);
        var timesteps = draws.Integers(0, schedule.NumTrainTimesteps, latents.shape[0]).to(latents.device);
        optimizer.ZeroGrad();
        var states = EncodePrompts().index_select(0, PromptRows(rows.Instances.Length, draws).to(latents.device));
        var loss = new DreamBoothLoss(schedule, config.WithPriorPreservation ? config.PriorLossWeight : null)
            .Compute(UNet, latents, noise, timesteps, states);
        loss.Total.backward();
        var norm = optimizer.Step();
        optimizer.ZeroGrad();
        return new DreamBoothProgress(step, totalSteps, loss.Total.item<float>(), loss.Instance.item<float>(), loss.Prior?.item<float>() ?? 0, norm);
    }

    /// <summary>Which prompt each row of a batch is trained with: the instance prompt, then the class prompt or, now and then, the empty one.</summary>
    private Tensor PromptRows(int instances, RandomStream draws)
    {
        var rows = zeros(instances, ScalarType.Int64);
        if (!config.WithPriorPreservation) return rows;
        var classes = ones(instances, ScalarType.Int64);
        if (config.ClassPromptDropout > 0) classes += draws.Uniform(0, 1, instances).lt(config.ClassPromptDropout).to(ScalarType.Int64);
        return cat([rows, classes], 0);
    }

    /// <summary>Float32 copies of both networks as trained so far, independent of this training.</summary>
    public (UNet2DConditionModel UNet, ClipTextModel TextEncoder) Snapshot()
    {
        var unet = ModuleCopy.Of(UNet);
        var text = ModuleCopy.Of(config.TrainTextEncoder ? TextEncoder : baseTextEncoder);
        using var guard = no_grad();
        var masters = optimizer.Masters;
        foreach (var (name, parameter) in Named(unet, text))
            if (masters.TryGetValue(name, out var master)) parameter.copy_(master);
        return (unet, text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        UNet.Dispose();
        TextEncoder.Dispose();
        promptIds.Dispose();
    }

    private static IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> Named(nn.Module unet, nn.Module text) =>
        unet.named_parameters().Select(p => ($"unet.{p.name}", p.parameter))
            .Concat(text.named_parameters().Select(p => ($"text_encoder.{p.name}", p.parameter)));

    private static LatentCache Required(LatentCache? classImages) => classImages
        ?? throw new ArgumentNullException(nameof(classImages), "Prior preservation needs class pictures; turn WithPriorPreservation off to train without.");
}
