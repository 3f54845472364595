using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.SuperResolution;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's upscaler is trained: to give back the clean picture from a degraded one, sampled down.</summary>
/// <remarks>
/// Wang et al. 2021 (Real-ESRGAN), section 3, with two stages of degradation: what the mini world's <see cref="Degradation"/> does to
/// the full picture, then the shrinking of <c>SuperResolutionPurifier</c>, then faint noise on the small picture. Differs in the loss,
/// which is the absolute error alone: flat drawings have no texture that a discriminator would have to teach.
/// </remarks>
public sealed record UpscalerRecipe
{
    /// <summary>Doubles 32×32 pixels; the trunk works at 16×16.</summary>
    public RrdbNetConfig Model { get; init; } = new() { Scale = 2, NumFeat = 32, NumBlock = 4, NumGrowCh = 16 };

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 3000, BatchSize = 16, LearningRate = 1e-3, DecayFraction = 0.4, EmaDecay = 0.99, CheckpointSeconds = 90,
    };

    /// <summary>What the pictures show; degradation is drawn here, not there.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.8f, Thing = 0.03f, Pattern = 0.05f, Degraded = 0 };

    /// <summary>Share of pictures that are degraded before they are sampled down.</summary>
    public float Degraded { get; init; } = 0.7f;

    /// <summary>Largest standard deviation of the noise on the small picture, in 255ths.</summary>
    public float SmallNoise { get; init; } = 4;

    /// <summary>Trains in <paramref name="folder"/> and writes the model to <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        using var trainer = new MixedPrecisionTrainer<RrdbNet>(
            start is null ? Initial() : RrdbNet.FromPretrained(Path.Combine(start, "super_resolution")), () => new RrdbNet(Model), Training);
        var run = new TrainingRun<RrdbNet>("super_resolution", folder, trainer, Training);
        var data = seed.For("pictures");
        using var best = new RrdbNet(Model);
        IReadOnlyDictionary<string, double> Save()
        {
            trainer.CopyBestInto(best);
            best.SavePretrained(output, ScalarType.Float16);
            return UpscalerScores.Measure(best, 64);
        }
        run.Train(
            step => trainer.Step(step, (upscaler, replica) =>
            {
                var (small, clean) = Pairs(data, step, replica, Training.BatchSize / Training.Replicas);
                return (upscaler.call(small.to(Training.ComputeType)).to(ScalarType.Float32) - clean).abs().mean();
            }),
            Save, progress, cancellationToken);
        Save();
    }

    /// <summary>Small degraded pictures <c>[B, 3, 64/Scale, 64/Scale]</c> and what they were made from <c>[B, 3, 64, 64]</c>, in [0,1].</summary>
    internal (Tensor Small, Tensor Clean) Pairs(Seed data, int step, int part, int count)
    {
        var samples = WorldBatches.Samples(data, step, part, count, Mix);
        var draws = data.For("degradation").For(step).For(part);
        RgbImage[] small = [.. samples.Select((sample, i) => Degrade(sample.Image, draws.For(i)))];
        return (WorldBatches.Signed(small).mul(0.5).add(0.5), WorldBatches.Signed(samples).mul(0.5).add(0.5));
    }

    private RgbImage Degrade(RgbImage image, Seed seed)
    {
        var draw = new WorldRandom(seed);
        if (draw.Chance(Degraded))
        {
            // How much contrast was lost cannot be told from a picture: that family would only teach to guess.
            var degradation = Degradation.Draw(ref draw);
            if (degradation.Kind is not DegradationKind.LowContrast) image = Degrader.Apply(image, degradation);
        }
        var small = image.Resize(image.Width / Model.Scale, image.Height / Model.Scale);
        var amplitude = draw.Chance(0.5f) ? draw.Range(0, SmallNoise) : 0;
        for (var i = 0; i < small.Pixels.Length && amplitude > 0; i++)
        {
            // The sum of three uniform numbers is close to normal, with standard deviation 1.
            var noise = draw.Range(-1, 1) + draw.Range(-1, 1) + draw.Range(-1, 1);
            small.Pixels[i] = (byte)Math.Clamp(small.Pixels[i] + amplitude * noise + 0.5f, 0, 255);
        }
        return small;
    }

    /// <summary>Dense blocks start near zero (a tenth of He et al.'s scale), so that a deep trunk starts as the identity.</summary>
    private RrdbNet Initial()
    {
        var net = new RrdbNet(Model);
        using var guard = no_grad();
        foreach (var (name, parameter) in net.named_parameters().Where(p => p.name.StartsWith("body.", StringComparison.Ordinal)))
        {
            if (name.EndsWith(".bias", StringComparison.Ordinal)) nn.init.zeros_(parameter);
            else nn.init.kaiming_normal_(parameter).mul_(0.1);
        }
        return net;
    }
}
