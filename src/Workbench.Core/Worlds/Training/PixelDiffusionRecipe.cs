using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's pixel-space diffusion model is trained: noise and variance of clean pictures, on the linear schedule.</summary>
/// <remarks>
/// Dhariwal and Nichol 2021 with the hybrid loss of Nichol and Dhariwal 2021. What differs: half of the timesteps are drawn below
/// <see cref="EarlyTimesteps"/>, the part of the chain that purifiers use; pictures are clean, so that noise is never part of the prior; and
/// some steps see crops, because <c>gridpure</c> looks through small windows (they are cheap: four crops cost as much as one picture).
/// </remarks>
public sealed record PixelDiffusionRecipe
{
    /// <summary>The network.</summary>
    public GuidedDiffusionConfig Model { get; init; } = GuidedDiffusionConfig.MiniWorld;

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 8000, BatchSize = 16, LearningRate = 6e-4, Beta2 = 0.99, WarmupSteps = 300, DecayFraction = 0.35, EmaDecay = 0.998, CheckpointSeconds = 300,
    };

    /// <summary>What the pictures show; none is degraded.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.8f, Thing = 0.03f, Pattern = 0.05f, Degraded = 0 };

    /// <summary>Share of timesteps drawn below <see cref="EarlyTimesteps"/>; the others are uniform over the whole chain.</summary>
    public double EarlyShare { get; init; } = 0.5;

    /// <summary>End of the part of the chain that is trained more.</summary>
    public int EarlyTimesteps { get; init; } = 400;

    /// <summary>Share of the steps whose pictures are cropped to <see cref="CropSide"/>, four times as many.</summary>
    public double CropShare { get; init; } = 0.4;

    /// <summary>Side of a crop, pixels.</summary>
    public int CropSide { get; init; } = 32;

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
        var x0 = Pictures(seed.For("pictures"), step, replica);
        var count = (int)x0.shape[0];
        using var stream = seed.For("noise").For(step).For(replica).Open();
        var noise = stream.NormalLike(x0);
        var timesteps = Timesteps(stream, chain.Steps, count);
        var (signal, sigma) = (Column(t => Math.Sqrt(chain.AlphaBar(t))), Column(t => Math.Sqrt(1 - chain.AlphaBar(t))));
        var xt = x0 * signal + noise * sigma;
        var output = network.forward(xt.to(Training.ComputeType), tensor(timesteps), null).to(ScalarType.Float32);
        return GuidedDiffusionLoss.Hybrid(chain, output, x0, xt, noise, timesteps);

        Tensor Column(Func<int, double> of) => tensor(timesteps.Select(t => (float)of(t)).ToArray()).view(-1, 1, 1, 1);
    }

    /// <summary>Whole pictures or crops <c>[B, 3, h, w]</c> in [-1,1]; they depend on the seed and the step alone.</summary>
    internal Tensor Pictures(Seed seed, int step, int replica)
    {
        var count = Training.BatchSize / Training.Replicas;
        var draw = new WorldRandom(seed.For("crops").For(step).For(replica));
        var isCropped = draw.Chance((float)CropShare);
        var whole = WorldBatches.Signed(WorldBatches.Samples(seed, step, replica, isCropped ? 4 * count : count, Mix));
        if (!isCropped) return whole;
        var crops = new List<Tensor>();
        for (var i = 0; i < whole.shape[0]; i++)
        {
            var (top, left) = (Place(ref draw, whole.shape[2]), Place(ref draw, whole.shape[3]));
            crops.Add(whole.narrow(0, i, 1).narrow(2, top, CropSide).narrow(3, left, CropSide));
        }
        return cat(crops);
    }

    private int Place(ref WorldRandom draw, long side) => Math.Min((int)draw.Range(0, side - CropSide + 1), (int)side - CropSide);

    private int[] Timesteps(RandomStream stream, int steps, int count)
    {
        var (choice, early, whole) = (stream.Uniform(0, 1, count), stream.Integers(0, Math.Min(EarlyTimesteps, steps), count), stream.Integers(0, steps, count));
        return [.. Enumerable.Range(0, count).Select(i => (int)(choice[i].item<float>() < EarlyShare ? early : whole)[i].item<long>())];
    }
}
