using Workbench.Models.Vae;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's autoencoder is trained: pixel and edge errors, and a faint pull to the normal distribution.</summary>
/// <remarks>Rombach et al. 2022, section 3.1, without the adversarial term: flat drawings have no texture to invent.</remarks>
public sealed record VaeRecipe
{
    /// <summary>f = 4 with four latent channels, Stable Diffusion's latent layout at 64×64 pixels.</summary>
    public AutoencoderKLConfig Model { get; init; } = new()
    {
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
        BlockOutChannels = [32, 64, 128],
        LayersPerBlock = 1,
        NormNumGroups = 16,
        SampleSize = MiniWorld.Size,
    };

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new() { Steps = 6000, BatchSize = 8, LearningRate = 1e-3, Beta2 = 0.99, DecayFraction = 0.4 };

    /// <summary>Weight of the KL divergence, per latent element.</summary>
    public double KlWeight { get; init; } = 1e-4;

    /// <summary>Weight of the difference of neighbouring pixels: keeps eyes and mouths sharp.</summary>
    public double EdgeWeight { get; init; } = 0.5;

    /// <summary>What the pictures show.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.7f, Thing = 0.045f, Pattern = 0.075f };

    /// <summary>Share of pictures that are close-ups, twice as large.</summary>
    public float CloseUps { get; init; }

    /// <summary>
    /// The autoencoder of <see cref="LatentUpscalerRecipe"/>: f = 2, since latents have the size of the picture that is enlarged, and a portrait shrunk
    /// to 16×16 pixels has no face left. The published upscaler's is f = 4 for pictures of 512.
    /// </summary>
    public static VaeRecipe OfLatentUpscaler { get; } = new()
    {
        Model = new VaeRecipe().Model with
        {
            DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
            BlockOutChannels = [32, 64],
        },
        Training = new VaeRecipe().Training with { Steps = 1700 },
        CloseUps = 0.3f,
    };

    /// <summary>Trains in <paramref name="folder"/> and writes the model to <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        using var trainer = new MixedPrecisionTrainer<AutoencoderKL>(
            start is null ? new AutoencoderKL(Model) : AutoencoderKL.FromPretrained(Path.Combine(start, "vae")), () => new AutoencoderKL(Model), Training);
        var run = new TrainingRun<AutoencoderKL>("vae", folder, trainer, Training);
        var data = seed.For("pictures");
        var noise = seed.For("posterior");
        using var best = new AutoencoderKL(Model);
        var perReplica = Training.BatchSize / Training.Replicas;
        run.Train(
            step => trainer.Step(step, (vae, replica) =>
            {
                var x = WorldBatches.Signed(WorldBatches.Samples(data, step, replica, perReplica, Mix, CloseUps), Training.ComputeType);
                using var stream = noise.For(step).For(replica).Open();
                return Loss(vae, x, stream);
            }),
            () =>
            {
                trainer.CopyBestInto(best);
                return VaeScores.Measure(best, 64);
            },
            progress, cancellationToken);
        trainer.CopyBestInto(best);
        Save(best, output, seed);
    }

    private Tensor Loss(AutoencoderKL vae, Tensor x, RandomStream noise)
    {
        var posterior = vae.Encode(x);
        var error = (vae.Decode(posterior.Sample(noise.NormalLike(posterior.Mean))) - x).to(ScalarType.Float32);
        var edges = error.diff(1, 2).abs().mean() + error.diff(1, 3).abs().mean();
        var kl = posterior.KullbackLeibler().to(ScalarType.Float32).mean() / posterior.Mean[0].numel();
        return error.abs().mean() + error.pow(2).mean() + EdgeWeight * edges + KlWeight * kl;
    }

    private void Save(AutoencoderKL trained, string output, Seed seed)
    {
        using var vae = new AutoencoderKL(Model with { ScalingFactor = Math.Round(1 / VaeScores.LatentDeviation(trained, seed.For("scale")), 4) });
        using (no_grad())
        {
            foreach (var (to, from) in vae.parameters().Zip(trained.parameters())) to.copy_(from);
        }
        vae.SavePretrained(output, ScalarType.Float16);
    }
}

/// <summary>Held-out scores of an autoencoder.</summary>
internal static class VaeScores
{
    /// <summary>Mean PSNR of clean and of degraded held-out portraits, dB.</summary>
    public static IReadOnlyDictionary<string, double> Measure(AutoencoderKL vae, int count)
    {
        double Psnr(float degraded) => TensorScope.Value(() =>
        {
            using var guard = no_grad();
            var mix = new SampleMix { Person = 1, Thing = 0, Pattern = 0, Degraded = degraded, HeldOut = true };
            var x = WorldBatches.Signed(WorldBatches.Samples(new Seed(77), 0, 0, count, mix));
            var squares = (vae.forward(x).clamp(-1, 1) - x).div(2).pow(2).mean([1L, 2L, 3L]);
            return (double)(-10 * squares.log10()).mean().item<float>();
        });
        return new Dictionary<string, double> { ["psnr_clean"] = Psnr(0), ["psnr_degraded"] = Psnr(1) };
    }

    /// <summary>Standard deviation of posterior samples over training pictures: its inverse is the scaling factor.</summary>
    public static double LatentDeviation(AutoencoderKL vae, Seed seed) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        using var stream = seed.Open();
        var x = WorldBatches.Signed(WorldBatches.Samples(seed, 0, 0, 256, new SampleMix()));
        var posterior = vae.Encode(x);
        return (double)posterior.Sample(stream.NormalLike(posterior.Mean)).std().item<float>();
    });
}
