using TorchSharp;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's CodeFormer is trained, in three stages, each resumable: a codebook, the codes of degraded faces, the fusion.</summary>
/// <remarks>
/// Zhou et al. 2022, section 3. Stage 1 learns encoder, codebook and decoder on clean portraits. Stage 2 keeps codebook and decoder and
/// teaches encoder and transformer to name, from a degraded portrait, the codes of the clean one (equations 3 and 4). Stage 3 trains the
/// feature transform at w = 1. What differs: no adversarial and no perceptual term, since flat drawings have no texture to invent; codes that
/// fall out of use are put back to where features are; and stage 3 sees the adaptive normalisation that restoration uses.
/// </remarks>
public sealed record CodeFormerRecipe
{
    /// <summary>A code map of 16×16 over portraits of 64×64; about 3.6 million parameters.</summary>
    public CodeFormerConfig Model { get; init; } = new()
    {
        ImgSize = MiniWorld.Size, Nf = 32, ChMult = [1, 2, 4], ResBlocks = 1, AttnResolutions = [16], EmbDim = 64, CodebookSize = 512, LatentSize = 256,
        DimEmbd = 128, NHead = 4, NLayers = 4, ConnectList = ["32", "64"], NormNumGroups = 16,
    };

    /// <summary>Steps in all, batch, learning rate; <see cref="Shares"/> divides the steps.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 9000, BatchSize = 12, LearningRate = 8e-4, Beta2 = 0.99, WarmupSteps = 150, DecayFraction = 0.4, EmaDecay = 0.995, CheckpointSeconds = 120,
    };

    /// <summary>Shares of the three stages.</summary>
    public (double Autoencoder, double Codes, double Fusion) Shares { get; init; } = (0.4, 0.4, 0.2);

    /// <summary>What the pictures show: CodeFormer restores faces.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.95f, Thing = 0.01f, Pattern = 0, Degraded = 0 };

    /// <summary>Share of pictures that are degraded in stages 2 and 3.</summary>
    public float Degraded { get; init; } = 0.9f;

    /// <summary>Held-out portraits that are scored at every checkpoint.</summary>
    public int ScoredPictures { get; init; } = 32;

    /// <summary>Trains in <paramref name="folder"/> and writes the model to <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        using var first = start is null ? new CodeFormerModel(Model) : CodeFormerModel.FromPretrained(Path.Combine(start, "restoration"));
        var stage = new CodeFormerStage(this, output, progress, cancellationToken);
        using var autoencoder = stage.Run(first, Path.Combine(folder, "1-autoencoder"), Share(Shares.Autoencoder),
            name => name.StartsWith("encoder.", StringComparison.Ordinal) || name.StartsWith("quantize.", StringComparison.Ordinal) || name.StartsWith("generator.", StringComparison.Ordinal),
            trainer => new CodebookTraining(this, trainer, seed.For("autoencoder")).Step);
        // A stage that begins from other weights is another training: its checkpoints must not be taken for this one's.
        using var codes = stage.Run(autoencoder, Path.Combine(folder, $"2-codes-{Fingerprint.Of(autoencoder)[..8]}"), Share(Shares.Codes),
            name => !name.StartsWith("quantize.", StringComparison.Ordinal) && !name.StartsWith("generator.", StringComparison.Ordinal) && !name.StartsWith("fuse_convs_dict.", StringComparison.Ordinal),
            trainer => new CodeTraining(this, trainer, autoencoder, seed.For("codes")).Step);
        using var whole = stage.Run(codes, Path.Combine(folder, $"3-fusion-{Fingerprint.Of(codes)[..8]}"), Share(Shares.Fusion),
            name => name.StartsWith("fuse_convs_dict.", StringComparison.Ordinal),
            trainer => new FusionTraining(this, trainer, seed.For("fusion")).Step);
        whole.SavePretrained(output, ScalarType.Float16);
    }

    /// <summary>Degraded portraits and the clean ones <c>[B, 3, S, S]</c> in [-1,1]; they depend on seed and step alone.</summary>
    internal (Tensor Degraded, Tensor Clean) Pairs(Seed seed, int step, int replica, int count)
    {
        var samples = WorldBatches.Samples(seed, step, replica, count, Mix);
        var draws = seed.For("degradation").For(step).For(replica);
        return (WorldBatches.Signed([.. samples.Select((sample, i) =>
        {
            var draw = new WorldRandom(draws.For(i));
            if (!draw.Chance(Degraded)) return sample.Image;
            // How much contrast was lost cannot be told from a picture.
            var degradation = Degradation.Draw(ref draw);
            return degradation.Kind is DegradationKind.LowContrast ? sample.Image : Degrader.Apply(sample.Image, degradation);
        })]), WorldBatches.Signed(samples));
    }

    /// <summary>Error of pixels and of edges, as the mini world's autoencoder is trained.</summary>
    internal static Tensor PictureLoss(Tensor picture, Tensor clean)
    {
        var error = picture.to(ScalarType.Float32) - clean;
        return error.abs().mean() + error.pow(2).mean() + (error.diff(1, 2).abs().mean() + error.diff(1, 3).abs().mean()) * 0.5;
    }

    private int Share(double share) => Math.Max(1, (int)Math.Round(Training.Steps * share));
}
