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
        var computeType = config.Precision.TypeOn(pipeline.UNet.parameters().First().device);
        baseTextEncoder = pipeline.TextEncoder;
        UNet = ModuleCopy.Of(pipeline.UNet);
        TextEncoder = ModuleCopy.Of(pipeline.TextEncoder);
        string[] prompts = config.WithPriorPreservation
            ? [config.InstanceTrainingPrompt, config.ClassTrainingPrompt, "", config.Decoupling.NegativePrompt]
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
    public void Restore(Func<string, Tensor?> read, int stepCount) => optimizer.Restore(read, stepCount);

    /// <summary>Forgets the optimiser's moments, and frees their memory until the next step; the weights stay.</summary>
    public void ResetOptimizer() => optimizer.Reset();

    /// <summary>Takes over the weights of <paramref name="other"/>, which started from the same pipeline, and forgets the moments.</summary>
    public void CopyWeights(DreamBoothTraining other) => optimizer.CopyWeights(other.optimizer);

    /// <summary>The text encoder's states of the instance prompt (row 0) and, with prior preservation, of the class prompt (row 1), the empty one (row 2) and the negative prompt (row 3).</summary>
    /// <returns>[1 or 4, T, D] in the compute precision; differentiable.</returns>
    public Tensor EncodePrompts() => TextEncoder.call(promptIds).LastHiddenState;

    /// <summary>One optimiser step on the pictures of one batch.</summary>
    /// <param name="instance">Posteriors of the subject's pictures.</param>
    /// <param name="prior">Posteriors of the class pictures and of the negative prompt's; required with prior preservation.</param>
    /// <param name="rows">Which pictures; as many class as instance rows.</param>
    /// <param name="seed">Of this step's posterior samples, noise and timesteps.</param>
    /// <param name="step">Number of the step, from 1, for the report.</param>
    /// <param name="totalSteps">Steps planned, for the report.</param>
    /// <exception cref="ArgumentException"><paramref name="prior"/> lacks pictures that the settings ask for.</exception>
    public DreamBoothProgress Step(
        LatentCache instance, PriorLatents? prior, (long[] Instances, long[] Classes) rows, Seed seed, int step, int totalSteps)
    {
        using var scope = NewDisposeScope();
        using var draws = seed.Open();
        var latents = instance.Sample(rows.Instances, draws);
        var prompts = zeros(rows.Instances.Length, ScalarType.Int64);
        if (config.WithPriorPreservation)
        {
            var priorPrompts = PriorPrompts(rows.Classes.Length, draws);
            latents = cat([latents, PriorSample(Required(prior, config), rows.Classes, priorPrompts, draws)], 0);
            prompts = cat([prompts, priorPrompts], 0);
        }
        var noise = draws.NormalLike(latents);
        var timesteps = draws.Integers(0, schedule.NumTrainTimesteps, latents.shape[0]).to(latents.device);
        optimizer.ZeroGrad();
        var states = EncodePrompts().index_select(0, prompts.to(latents.device));
        var loss = new DreamBoothLoss(schedule, config.WithPriorPreservation ? config.PriorLossWeight : null)
            .Compute(UNet, latents, noise, timesteps, states);
        loss.Total.backward();
        var norm = optimizer.Step();
        optimizer.ZeroGrad();
        return new DreamBoothProgress(step, totalSteps, loss.Total.item<float>(), loss.Instance.item<float>(), loss.Prior?.item<float>() ?? 0, norm);
    }

    /// <summary>Which prompt each prior row is trained with: the class prompt (1) or, now and then, the empty one (2) or the negative one (3).</summary>
    private Tensor PriorPrompts(int count, RandomStream draws)
    {
        var rows = ones(count, ScalarType.Int64);
        if (config.ClassPromptDropout + config.NegativePromptShare == 0) return rows;
        var chance = draws.Uniform(0, 1, count);
        var isEmpty = chance.lt(config.ClassPromptDropout).to(ScalarType.Int64);
        var isEither = chance.lt(config.ClassPromptDropout + config.NegativePromptShare).to(ScalarType.Int64);
        return rows + isEmpty + (isEither - isEmpty) * 2;
    }

    /// <summary>Latents of class pictures, and of the negative prompt's pictures in the rows that are trained with it.</summary>
    private static Tensor PriorSample(PriorLatents prior, long[] classes, Tensor prompts, RandomStream draws)
    {
        var latents = prior.Class.Sample(classes, draws);
        if (prior.Negative is not { } negative) return latents;
        var others = negative.Sample(Array.ConvertAll(classes, k => k % negative.Count), draws);
        return where(prompts.eq(3).to(latents.device).reshape(-1, 1, 1, 1), others, latents);
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

    // Without pictures of its own the negative prompt would be trained on class pictures, and come to mean the class.
    private static PriorLatents Required(PriorLatents? prior, DreamBoothConfig config) => prior switch
    {
        null => throw new ArgumentNullException(nameof(prior), "Prior preservation needs class pictures; turn WithPriorPreservation off to train without."),
        { Negative: null } when config.NegativePromptShare > 0 =>
            throw new ArgumentException($"NegativePromptShare is {config.NegativePromptShare}, but there are no latents of the negative prompt's pictures; PriorLatents.Encode makes them.", nameof(prior)),
        _ => prior,
    };
}
