using TorchSharp;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Stage 1: encoder, codebook and decoder on clean portraits (van den Oord et al. 2017, equation 3, straight through the codes).</summary>
internal sealed class CodebookTraining(CodeFormerRecipe recipe, MixedPrecisionTrainer<CodeFormerModel> trainer, Seed seed)
{
    private const int RevivalSteps = 100;
    private const double CommitmentWeight = 0.25;

    private readonly bool[] used = new bool[recipe.Model.CodebookSize];
    private readonly int lastRevival = (int)(recipe.Training.Steps * recipe.Shares.Autoencoder * 0.6);
    private readonly Lock gate = new();
    private int watchedSince = -1;
    private float[] features = [];

    public double Step(int step)
    {
        var loss = trainer.Step(step, (model, replica) =>
        {
            var x = WorldBatches.Signed(WorldBatches.Samples(seed, step, replica, recipe.Training.BatchSize / recipe.Training.Replicas, recipe.Mix));
            var encoded = model.Encode(x.to(recipe.Training.ComputeType));
            var indices = model.NearestCodes(encoded);
            var codes = model.Codes(indices);
            var picture = model.Decode(encoded + (codes - encoded).detach());
            Watch(indices, encoded, replica);
            Tensor Distance(Tensor a, Tensor b) => (a.to(ScalarType.Float32) - b.to(ScalarType.Float32)).pow(2).mean();
            return CodeFormerRecipe.PictureLoss(picture, x) + Distance(codes, encoded.detach()) + Distance(encoded, codes.detach()) * CommitmentWeight;
        });
        if (watchedSince < 0) watchedSince = step;
        if (step == 0 || (step % RevivalSteps == 0 && step <= lastRevival && step - watchedSince >= RevivalSteps)) Revive(step);
        if (step % RevivalSteps == 0)
        {
            Array.Clear(used);
            watchedSince = step;
        }
        return loss;
    }

    /// <summary>Notes which codes a batch uses, and keeps its features for those that are not used.</summary>
    private void Watch(Tensor indices, Tensor encoded, int replica)
    {
        var numbers = indices.flatten().data<long>().ToArray();
        var rows = encoded.detach().to(ScalarType.Float32).permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        lock (gate)
        {
            foreach (var number in numbers) used[number] = true;
            if (replica == 0) features = rows; // of whichever is last, they would be another set every time
        }
    }

    /// <summary>Moves every unused code (at the start: every code) onto a random feature of the last batch.</summary>
    private void Revive(int step)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var table = trainer.Model.CodebookWeight;
        var (size, count) = ((int)table.shape[1], features.Length / (int)table.shape[1]);
        var draw = new WorldRandom(seed.For("revival").For(step));
        for (var code = 0; code < used.Length; code++)
        {
            if (step > 0 && used[code]) continue;
            var place = Math.Min((int)draw.Range(0, count), count - 1);
            table[code].copy_(tensor(features.AsSpan(place * size, size).ToArray()));
        }
        trainer.Broadcast();
    }
}

/// <summary>Stage 2: encoder and transformer name the codes of the clean portrait (Zhou et al. 2022, equations 3 and 4).</summary>
internal sealed class CodeTraining(CodeFormerRecipe recipe, MixedPrecisionTrainer<CodeFormerModel> trainer, CodeFormerModel autoencoder, Seed seed)
{
    private const double CrossEntropyWeight = 0.5;

    /// <summary>One teacher a replica: each is used by one thread alone.</summary>
    private readonly CodeFormerModel[] teachers = [.. Enumerable.Range(0, recipe.Training.Replicas).Select(_ => Teacher(autoencoder, recipe.Training.ComputeType))];

    public double Step(int step) => trainer.Step(step, (model, replica) =>
    {
        var (degraded, clean) = recipe.Pairs(seed, step, replica, recipe.Training.BatchSize / recipe.Training.Replicas);
        Tensor target, codes;
        using (no_grad())
        {
            target = teachers[replica].NearestCodes(teachers[replica].Encode(clean.to(recipe.Training.ComputeType)));
            codes = teachers[replica].Codes(target).to(ScalarType.Float32);
        }
        var features = model.Encode(degraded.to(recipe.Training.ComputeType));
        var logits = model.Predict(features).to(ScalarType.Float32);
        var naming = nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten());
        return naming * CrossEntropyWeight + (features.to(ScalarType.Float32) - codes).pow(2).mean();
    });

    private static CodeFormerModel Teacher(CodeFormerModel source, ScalarType type)
    {
        var copy = new CodeFormerModel(source.Config);
        using (no_grad())
        {
            foreach (var ((_, to), (_, from)) in copy.named_parameters().Zip(source.named_parameters())) to.copy_(from);
        }
        return copy.to(type);
    }
}

/// <summary>Stage 3: the feature transform brings back what the codes cannot say, at w = 1.</summary>
internal sealed class FusionTraining(CodeFormerRecipe recipe, MixedPrecisionTrainer<CodeFormerModel> trainer, Seed seed)
{
    public double Step(int step) => trainer.Step(step, (model, replica) =>
    {
        var (degraded, clean) = recipe.Pairs(seed, step, replica, recipe.Training.BatchSize / recipe.Training.Replicas);
        return CodeFormerRecipe.PictureLoss(model.Restore(degraded.to(recipe.Training.ComputeType), w: 1).Image, clean);
    });
}
