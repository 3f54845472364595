using Workbench.Imaging;
using Workbench.Models.Identity;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>
/// How the identity encoder is trained: two photos of a person attract, photos of others repel (Chen et al. 2020, NT-Xent). Within a batch,
/// people are dressed alike and half of the groups share their hair, so that nothing but the face tells them apart.
/// </summary>
public sealed record IdentityRecipe
{
    private const double Temperature = 0.1;

    /// <summary>The network.</summary>
    public IdentityEncoderConfig Model { get; init; } = new();

    /// <summary>Steps, batch (photos), learning rate.</summary>
    public TrainingConfig Training { get; init; } = new() { Steps = 2000, BatchSize = 128, LearningRate = 1e-3, Beta2 = 0.98, DecayFraction = 0.5 };

    /// <summary>Share of photos that are degraded, so that noise alone does not change a person.</summary>
    public float Degraded { get; init; } = 0.2f;

    /// <summary>Trains in <paramref name="folder"/> and writes the model to <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        random.manual_seed((long)seed.For("initial weights").Value);
        using var trainer = new MixedPrecisionTrainer<IdentityEncoder>(
            start is null ? new IdentityEncoder(Model) : IdentityEncoder.FromPretrained(Path.Combine(start, "identity")), () => new IdentityEncoder(Model), Training);
        var run = new TrainingRun<IdentityEncoder>("identity", folder, trainer, Training);
        using var best = new IdentityEncoder(Model);
        run.Train(
            step => trainer.Step(step, (encoder, replica) =>
            {
                var (first, second) = Pairs(seed.For(step).For(replica), Training.BatchSize / 2 / Training.Replicas);
                var embedded = encoder.Embed(cat([first, second]).to(Training.ComputeType)).to(ScalarType.Float32);
                return ContrastiveLoss(embedded);
            }),
            () =>
            {
                trainer.CopyBestInto(best);
                return IdentityScores.Measure(best, 200);
            },
            progress, cancellationToken);
        trainer.CopyBestInto(best);
        best.SavePretrained(output, ScalarType.Float16);
    }

    private (Tensor First, Tensor Second) Pairs(Seed seed, int people)
    {
        const int groupSize = 16;
        var portraits = new Portraits();
        var draw = new WorldRandom(seed);
        var numbers = Enumerable.Range(0, people).Select(_ => IdentitySplit.DrawTraining(ref draw)).ToArray();
        Tensor Photos(int photo) => WorldBatches.Signed([.. numbers.Select((number, i) =>
        {
            var group = seed.For(i / groupSize);
            var each = new WorldRandom(seed.For(i).For(photo));
            return portraits.Render(number, each.NextSeed(), new PortraitOptions
            {
                Outfit = group.For("outfit").For(photo),
                Scene = group.For("scene").For(photo),
                Hair = i / groupSize % 2 == 0 ? group.For("hair") : null,
                Degradation = each.Chance(Degraded) ? Worlds.Degradation.Draw(ref each) : null,
            });
        })]);
        return (Photos(0), Photos(1));
    }

    private static Tensor ContrastiveLoss(Tensor embedded)
    {
        var count = embedded.shape[0];
        var logits = embedded.matmul(embedded.t()) / Temperature - eye(count) * 1e4;
        var target = arange(count, dtype: ScalarType.Int64).roll(count / 2);
        return nn.functional.cross_entropy(logits, target);
    }
}

/// <summary>Held-out scores of an identity encoder.</summary>
internal static class IdentityScores
{
    /// <summary>AUC of same against different people, plain and where all share clothes, scene and hair; mean cosine of a person to a sharp and to a face-blurred photo.</summary>
    public static IReadOnlyDictionary<string, double> Measure(IIdentityEncoder encoder, int people) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        var portraits = new Portraits();
        Tensor Embed(int photo, bool alike, float blur = 0) => cat([.. Enumerable.Range(0, people).Chunk(50).Select(part => TensorScope.Run(() =>
            encoder.Embed(WorldBatches.Signed([.. part.Select(k => portraits.Render(IdentitySplit.FirstHeldOut + k, new Seed((ulong)(1000 + photo)).For(k), new PortraitOptions
            {
                Outfit = alike ? new Seed(5) : null,
                Scene = alike ? new Seed(6) : null,
                Hair = alike ? new Seed(7) : null,
                BlurFace = blur,
            }))]))))]);
        (double Auc, double Same, double Different) Compare(Tensor a, Tensor b)
        {
            var cosines = a.matmul(b.t());
            var matrix = cosines.contiguous().data<float>().ToArray();
            double[] same = [.. Enumerable.Range(0, people).Select(k => (double)matrix[k * people + k])];
            double[] different = [.. Enumerable.Range(0, people * people).Where(i => i / people != i % people && i % 7 == 0).Select(i => (double)matrix[i])];
            return (ClipScores.AreaUnderCurve(same, different), same.Average(), different.Average());
        }
        var plain = Compare(Embed(0, false), Embed(1, false));
        var alike = Compare(Embed(0, true), Embed(1, true));
        var blurred = Compare(Embed(0, false), Embed(1, false, blur: 3));
        return new Dictionary<string, double>
        {
            ["auc"] = plain.Auc,
            ["auc_alike"] = alike.Auc,
            ["cosine_same"] = plain.Same,
            ["cosine_same_face_blurred"] = blurred.Same,
            ["cosine_different"] = plain.Different,
        };
    });
}
