using Workbench.Models.Clip;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Held-out zero-shot scores of a CLIP model: does it know the classes, glasses, and noise?</summary>
internal static class ClipScores
{
    /// <summary>Accuracies in [0,1], the always-"no" baseline of glasses, and the area under the curve of P(noisy).</summary>
    public static IReadOnlyDictionary<string, double> Measure(ClipModel clip, ClipTokenizer tokenizer, int count) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        var clean = WorldBatches.Samples(new Seed(78), 0, 0, count, new SampleMix { Person = 0.4f, Thing = 0.1f, Pattern = 0.1f, Degraded = 0, HeldOut = true });
        var classes = Probabilities(clean, "a photo of a person", "a photo of a cat", "a photo of a house", "a photo of a flower", "a photo of a tree", "a photo of a car", "an abstract pattern").argmax(1);
        var people = WorldBatches.Samples(new Seed(79), 0, 0, count, new SampleMix { Person = 1, Thing = 0, Pattern = 0, Degraded = 0, HeldOut = true });
        var glasses = Probabilities(people, "a photo of a person with glasses", "a photo of a person without glasses").select(1, 0);
        var beards = Probabilities(people, "a photo of a man with a beard", "a photo of a man without beard").select(1, 0);
        bool[] wears = [.. people.Select(p => p.Nuisance!.Outfit.Glasses is not null)];
        int[] men = [.. Enumerable.Range(0, count).Where(i => people[i].Identity!.Presentation == Presentation.Man)];
        var calm = Noisy(people);
        return new Dictionary<string, double>
        {
            ["class"] = Enumerable.Range(0, count).Average(i => classes[i].item<long>() == (long)clean[i].Class ? 1.0 : 0),
            ["glasses"] = Enumerable.Range(0, count).Average(i => glasses[i].item<float>() > 0.5f == wears[i] ? 1.0 : 0),
            ["glasses_always_no"] = wears.Average(w => w ? 0.0 : 1),
            ["beard"] = men.Average(i => beards[i].item<float>() > 0.5f == (people[i].Identity!.Beard != BeardStyle.None) ? 1.0 : 0),
            ["p_noisy_clean"] = calm.Average(),
            ["p_noisy_sign11"] = Noisy(people, 11).Average(),
            ["p_noisy_sign30"] = Noisy(people, 30).Average(),
            ["auc_sign11"] = AreaUnderCurve(Noisy(people, 11), calm),
            ["auc_sign30"] = AreaUnderCurve(Noisy(people, 30), calm),
        };

        // In parts: a scope holds every intermediate tensor until it ends.
        Tensor Embed(IReadOnlyList<WorldSample> samples, double levels = 0) => cat([.. samples.Chunk(64).Select(part => TensorScope.Run(() =>
        {
            var unit = WorldBatches.Signed(part) * 0.5 + 0.5;
            using var stream = new Seed(80).Open();
            if (levels > 0) unit = (unit + stream.NormalLike(unit).sign() * (levels / 255)).clamp(0, 1);
            return ClipModel.Normalize(clip.GetImageFeatures(ClipImageProcessor.For(clip.Config.VisionConfig).Process(unit)));
        }))]);

        Tensor Softmax(Tensor images, string[] prompts) => nn.functional.softmax(
            clip.LogitScale.exp() * images.matmul(ClipModel.Normalize(clip.GetTextFeatures(tokenizer.Encode(prompts))).t()), 1);

        Tensor Probabilities(IReadOnlyList<WorldSample> samples, params string[] prompts) => Softmax(Embed(samples), prompts);

        double[] Noisy(IReadOnlyList<WorldSample> samples, double levels = 0) =>
            [.. Softmax(Embed(samples, levels), ["a noisy photo of a person", "a photo of a person"]).select(1, 0).contiguous().data<float>().Select(p => (double)p)];
    });

    /// <summary>Probability that a positive outranks a negative; ties count half.</summary>
    internal static double AreaUnderCurve(IReadOnlyList<double> positives, IReadOnlyList<double> negatives) =>
        positives.Average(p => negatives.Average(n => p > n ? 1.0 : p < n ? 0 : 0.5));
}
