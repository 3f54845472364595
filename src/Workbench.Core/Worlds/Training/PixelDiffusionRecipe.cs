using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's pixel-space diffusion model is trained: noise and variance of clean pictures, on the linear schedule.</summary>
/// <remarks>
/// Dhariwal and Nichol 2021 with the hybrid loss of Nichol and Dhariwal 2021. What differs: half of the timesteps are drawn below
/// <see cref="EarlyTimesteps"/>, the part of the chain that purifiers use, and pictures are clean, so that noise is never part of the prior.
/// </remarks>
public sealed record PixelDiffusionRecipe
{
    /// <summary>The network.</summary>
    public GuidedDiffusionConfig Model { get; init; } = GuidedDiffusionConfig.MiniWorld;

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 8000, BatchSize = 16, LearningRate = 6e-4, Beta2 = 0.99, WarmupSteps = 300, DecayFraction = 0.35, EmaDecay = 0.998, CheckpointSeconds = 180,
    };

    /// <summary>What the pictures show; none is degraded.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.8f, Thing = 0.03f, Pattern = 0.05f, Degraded = 0 };

    /// <summary>Share of timesteps drawn below <see cref="EarlyTimesteps"/>; the others are uniform over the whole chain.</summary>
    public double EarlyShare { get; init; } = 0.5;

    /// <summary>End of the part of the chain that is trained more.</summary>
    public int EarlyTimesteps { get; init; } = 400;

    /// <summary>Steps of the chain behind the sample sheet.</summary>
    public int SampleSteps { get; init; } = 50;

    /// <summary>Held-out portraits that are scored at every checkpoint.</summary>
    public int ScoredPictures { get; init; } = 32;

    /// <summary>Trains in <paramref name="folder"/> and writes the model to <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    /// <remarks>Every checkpoint writes <c>samples.png</c> beside the log.</remarks>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        using var trainer = new MixedPrecisionTrainer<GuidedDiffusionUNet>(
            start is null ? new GuidedDiffusionUNet(Model) : GuidedDiffusionUNet.FromPretrained(Path.Combine(start, "pixel_diffusion")),
            () => new GuidedDiffusionUNet(Model), Training);
        var run = new TrainingRun<GuidedDiffusionUNet>("pixel_diffusion", folder, trainer, Training);
        var chain = GuidedDiffusion.For(Model);
        using var best = new GuidedDiffusionUNet(Model);
        IReadOnlyDictionary<string, double> Save()
        {
            trainer.CopyBestInto(best);
            best.SavePretrained(output, ScalarType.Float16);
            using var samples = PixelDiffusionScores.Sample(best, 8, SampleSteps, new Seed(83));
            ContactSheet.Compose(samples).SavePng(Path.Combine(folder, "samples.png"));
            return PixelDiffusionScores.Measure(best, ScoredPictures);
        }
        run.Train(step => trainer.Step(step, (network, replica) => Loss(network, chain, seed, step, replica)), Save, progress, cancellationToken);
        Save();
    }

    private Tensor Loss(GuidedDiffusionUNet network, GuidedDiffusion chain, Seed seed, int step, int replica)
    {
        var count = Training.BatchSize / Training.Replicas;
        var x0 = WorldBatches.Signed(WorldBatches.Samples(seed.For("pictures"), step, replica, count, Mix));
        using var stream = seed.For("noise").For(step).For(replica).Open();
        var noise = stream.NormalLike(x0);
        var timesteps = Timesteps(stream, chain.Steps, count);
        var (signal, sigma) = (Column(t => Math.Sqrt(chain.AlphaBar(t))), Column(t => Math.Sqrt(1 - chain.AlphaBar(t))));
        var xt = x0 * signal + noise * sigma;
        var output = network.forward(xt.to(Training.ComputeType), tensor(timesteps), null).to(ScalarType.Float32);
        return GuidedDiffusionLoss.Hybrid(chain, output, x0, xt, noise, timesteps);

        Tensor Column(Func<int, double> of) => tensor(timesteps.Select(t => (float)of(t)).ToArray()).view(-1, 1, 1, 1);
    }

    private int[] Timesteps(RandomStream stream, int steps, int count)
    {
        var (choice, early, whole) = (stream.Uniform(0, 1, count), stream.Integers(0, Math.Min(EarlyTimesteps, steps), count), stream.Integers(0, steps, count));
        return [.. Enumerable.Range(0, count).Select(i => (int)(choice[i].item<float>() < EarlyShare ? early : whole)[i].item<long>())];
    }
}
