using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's latent diffusion upscaler is trained: latents of a picture from noise, its caption and the picture shrunk and noised.</summary>
/// <remarks>
/// Rombach et al. 2022, section 4.4, in the form of <c>stabilityai/stable-diffusion-x4-upscaler</c>: 7 input channels, the level of the small
/// picture's noise as a class label, velocity as the target, both chains from 0.0001 to 0.02. Pictures are clean, as there: what removes a
/// perturbation is the shrinking and the noise, not what the network has seen of perturbations.
/// </remarks>
public sealed record LatentUpscalerRecipe
{
    /// <summary>The published network's kinds of blocks on three levels; about 4 M parameters.</summary>
    public UNet2DConditionConfig Model { get; init; } = new()
    {
        SampleSize = 32,
        InChannels = 7,
        BlockOutChannels = [32, 64, 128],
        LayersPerBlock = 1,
        DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        OnlyCrossAttention = new([true, true, false]),
        AttentionHeadDim = 4,
        NormNumGroups = 16,
        UseLinearProjection = true,
        NumClassEmbeds = 1000,
    };

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 5000, BatchSize = 16, LearningRate = 7e-4, Beta2 = 0.99, WarmupSteps = 300, DecayFraction = 0.35, EmaDecay = 0.998, CheckpointSeconds = 300,
        ComputeType = ScalarType.Float32, // a quarter faster than 16 bit on processors without matrix units: the maps are wide and the channels few
    };

    /// <summary>The sampler that the folder names, and the chain that the network learns.</summary>
    public SchedulerConfig Sampler { get; init; } = SchedulerConfigFile.DefaultsFor("DDIMScheduler") with
    {
        BetaStart = 0.0001, BetaEnd = 0.02, BetaSchedule = BetaSchedule.ScaledLinear, PredictionType = PredictionType.VPrediction,
        ClipSample = false, SetAlphaToOne = false, StepsOffset = 1,
    };

    /// <summary>The chain along which small pictures are noised.</summary>
    public SchedulerConfig LowResolution { get; init; } = SchedulerConfigFile.DefaultsFor("DDPMScheduler") with
    {
        BetaStart = 0.0001, BetaEnd = 0.02, BetaSchedule = BetaSchedule.ScaledLinear,
    };

    /// <summary>Largest level of the small picture's noise.</summary>
    public int MaxNoiseLevel { get; init; } = 350;

    /// <summary>What the pictures show; none is degraded.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.8f, Thing = 0.03f, Pattern = 0.05f, Degraded = 0 };

    /// <summary>Share of close-ups, twice as large: noisy upscaling enlarges whole portraits beyond the mini world's size.</summary>
    public float CloseUps { get; init; } = 0.35f;

    /// <summary>Encoded pictures held a replica.</summary>
    public int PoolSize { get; init; } = 4096;

    /// <summary>Pictures a replica encodes anew a step.</summary>
    public int Renewed { get; init; } = 2;

    /// <summary>Share of captions that are left empty.</summary>
    public float EmptyCaptions { get; init; } = 0.1f;

    /// <summary>Held-out portraits that are scored at every checkpoint.</summary>
    public int ScoredPictures { get; init; } = 4;

    /// <summary>
    /// Trains in <paramref name="folder"/>; reads <c>text_encoder/</c>, <c>tokenizer/</c> and <c>upscaler/vae/</c> of <paramref name="models"/> and writes the
    /// whole <c>upscaler/</c>.
    /// </summary>
    /// <param name="folder">Checkpoints and log; a stopped training goes on from there.</param>
    /// <param name="models">The model folder.</param>
    /// <param name="seed">Of weights, data and noise.</param>
    /// <param name="start">Model folder whose weights a training without a checkpoint begins with; null: fresh weights.</param>
    /// <param name="progress">Hears of steps and loss.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    public void Train(string folder, string models, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        var target = Path.Combine(models, "upscaler");
        var tokenizer = ClipTokenizer.FromFolder(Path.Combine(models, "tokenizer"));
        ClipTextModel LoadText(ScalarType? dtype = null) => ClipTextModel.FromPretrained(Path.Combine(models, "text_encoder"), dtype);
        AutoencoderKL LoadVae(ScalarType? dtype = null) => AutoencoderKL.FromPretrained(Path.Combine(target, "vae"), dtype);
        var texts = Enumerable.Range(0, Training.Replicas).Select(_ => LoadText(Training.ComputeType)).ToArray();
        var config = Model with { CrossAttentionDim = texts[0].Config.HiddenSize };
        using var trainer = new MixedPrecisionTrainer<UNet2DConditionModel>(
            start is null ? new UNet2DConditionModel(config) : UNet2DConditionModel.FromPretrained(Path.Combine(start, "upscaler", "unet")),
            () => new UNet2DConditionModel(config), Training);
        var run = new TrainingRun<UNet2DConditionModel>("upscaler", folder, trainer, Training);
        var pools = trainer.OnReplicas((_, replica) => new LatentPool(
            LoadVae(Training.ComputeType), seed.For("pictures").For(replica), Mix, PoolSize, Renewed, run.Step, CloseUps));
        var (chain, lowResolution) = (new NoiseSchedule(Sampler), new NoiseSchedule(LowResolution));
        IReadOnlyDictionary<string, double> Save()
        {
            var best = new UNet2DConditionModel(config);
            trainer.CopyBestInto(best);
            using var pipeline = new StableDiffusionUpscalePipeline(
                new StableDiffusionParts(tokenizer, LoadText(), best, LoadVae()), SchedulerFactory.FromConfig(Sampler), lowResolution, MaxNoiseLevel);
            pipeline.SavePretrained(target, LowResolution, ScalarType.Float16);
            return UpscalerScores.Measure(pipeline, ScoredPictures);
        }
        run.Train(
            step => trainer.Step(step, (unet, replica) =>
            {
                using var stream = seed.For("step").For(step).For(replica).Open();
                var (latents, captions, small) = pools[replica].Draw(step, Training.BatchSize / Training.Replicas, stream, EmptyCaptions);
                Tensor states;
                using (no_grad()) states = texts[replica].forward(tokenizer.Encode(captions, PromptOverflow.Truncate)).LastHiddenState.detach();
                var timesteps = stream.Integers(0, chain.NumTrainTimesteps, latents.shape[0]);
                var levels = stream.Integers(0, MaxNoiseLevel + 1, latents.shape[0]);
                var noise = stream.NormalLike(latents);
                var input = cat([chain.AddNoise(latents, noise, timesteps), lowResolution.AddNoise(small, stream.NormalLike(small), levels)], 1);
                var predicted = unet.forward(input.to(Training.ComputeType), timesteps, states, levels).to(ScalarType.Float32);
                return (predicted - chain.Target(latents, noise, timesteps)).pow(2).mean();
            }),
            Save, progress, cancellationToken);
        Save();
    }
}
