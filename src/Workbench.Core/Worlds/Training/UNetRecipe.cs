using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's text-to-image UNet is trained: noise prediction on autoencoder latents with frozen text states.</summary>
/// <remarks>
/// Rombach et al. 2022, equation 2, with the schedule of Stable Diffusion and 10 % empty captions for classifier-free guidance (Ho and
/// Salimans 2022). Pictures are encoded into a pool that is renewed a little every step; captions are drawn anew at every use.
/// </remarks>
public sealed record UNetRecipe
{
    /// <summary>Three levels with cross-attention at each; about 11 M parameters.</summary>
    public UNet2DConditionConfig Model { get; init; } = new()
    {
        SampleSize = 16,
        BlockOutChannels = [64, 128, 192],
        LayersPerBlock = 1,
        DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        AttentionHeadDim = 4,
    };

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 12000, BatchSize = 32, LearningRate = 5e-4, Beta2 = 0.99, WarmupSteps = 300, DecayFraction = 0.35, EmaDecay = 0.998, Replicas = 2, CheckpointSeconds = 180,
    };

    /// <summary>The sampler that the model folder names: second-order DPM-Solver++ (Lu et al. 2022) on the schedule of the training.</summary>
    public SchedulerConfig Sampler { get; init; } = SchedulerConfigFile.DefaultsFor("DPMSolverMultistepScheduler") with
    {
        BetaStart = 0.00085, BetaEnd = 0.012, BetaSchedule = BetaSchedule.ScaledLinear,
    };

    /// <summary>What the pictures show.</summary>
    public SampleMix Mix { get; init; } = SampleMix.Default with { Named = 0.25f };

    /// <summary>Encoded pictures held a replica.</summary>
    public int PoolSize { get; init; } = 6144;

    /// <summary>Pictures a replica encodes anew a step.</summary>
    public int Renewed { get; init; } = 2;

    /// <summary>Share of captions that are left empty.</summary>
    public float EmptyCaptions { get; init; } = 0.1f;

    /// <summary>
    /// Limit γ on the signal-to-noise weight of a timestep (Min-SNR-γ, Hang et al. 2023, equation 5 for noise prediction: min(SNR, γ)/SNR); null weighs
    /// all timesteps alike. Class pictures became readable within a thousand steps of turning it on, together with a batch of half the size.
    /// </summary>
    public double? SnrGamma { get; init; } = 5;

    /// <summary>Trains in <paramref name="folder"/>; reads <c>vae/</c>, <c>text_encoder/</c>, <c>tokenizer/</c> of <paramref name="models"/> and writes <c>unet/</c>.</summary>
    /// <param name="folder">Checkpoints and log; a stopped training goes on from there.</param>
    /// <param name="models">The model folder.</param>
    /// <param name="seed">Of weights, data and noise.</param>
    /// <param name="start">Model folder whose weights a training without a checkpoint begins with; null: fresh weights.</param>
    /// <param name="progress">Hears of steps and loss.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    public void Train(string folder, string models, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        var tokenizer = ClipTokenizer.FromFolder(Path.Combine(models, "tokenizer"));
        ClipTextModel LoadText() => ClipTextModel.FromPretrained(Path.Combine(models, "text_encoder"), Training.ComputeType);
        var texts = Enumerable.Range(0, Training.Replicas).Select(_ => LoadText()).ToArray();
        var config = Model with { CrossAttentionDim = texts[0].Config.HiddenSize };
        using var trainer = new MixedPrecisionTrainer<UNet2DConditionModel>(
            start is null ? new UNet2DConditionModel(config) : UNet2DConditionModel.FromPretrained(Path.Combine(start, "unet")), () => new UNet2DConditionModel(config), Training);
        var run = new TrainingRun<UNet2DConditionModel>("unet", folder, trainer, Training);
        var pools = trainer.OnReplicas((_, replica) => new LatentPool(
            AutoencoderKL.FromPretrained(Path.Combine(models, "vae"), Training.ComputeType), seed.For("pictures").For(replica), Mix, PoolSize, Renewed, run.Step));
        var schedule = NoiseSchedule.StableDiffusion();
        var weights = TimestepWeights(schedule);
        using var best = new UNet2DConditionModel(config);
        void Save()
        {
            trainer.CopyBestInto(best);
            best.SavePretrained(Path.Combine(models, "unet"), ScalarType.Float16);
            StableDiffusionFolder.WriteIndex(models, Sampler);
        }
        run.Train(
            step => trainer.Step(step, (unet, replica) =>
            {
                using var stream = seed.For("step").For(step).For(replica).Open();
                var (latents, captions, _) = pools[replica].Draw(step, Training.BatchSize / Training.Replicas, stream, EmptyCaptions);
                Tensor states;
                using (no_grad()) states = texts[replica].forward(tokenizer.Encode(captions, PromptOverflow.Truncate)).LastHiddenState.detach();
                var noise = stream.NormalLike(latents);
                var timesteps = stream.Integers(0, schedule.NumTrainTimesteps, latents.shape[0]);
                var noisy = schedule.AddNoise(latents, noise, timesteps).to(Training.ComputeType);
                var predicted = unet.forward(noisy, timesteps, states).to(ScalarType.Float32);
                return ((predicted - noise).pow(2).mean([1L, 2L, 3L]) * weights.index_select(0, timesteps)).mean();
            }),
            () =>
            {
                Save();
                return new Dictionary<string, double>();
            },
            progress, cancellationToken);
        Save();
    }

    /// <summary>Weight of each timestep in the loss, [T] float32; 1 at most.</summary>
    internal Tensor TimestepWeights(NoiseSchedule schedule) => tensor(
        schedule.AlphasCumprod.Select(a => (1 - a) / a * Math.Min(a / (1 - a), SnrGamma ?? double.PositiveInfinity)).ToArray(), ScalarType.Float32);
}
