using Workbench.Imaging;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Held-out scores of a CodeFormer: how close to the clean portrait it restores a clean or degraded one.</summary>
public static class CodeFormerScores
{
    private const int Part = 16;

    /// <summary>Mean PSNR in dB to clean held-out portraits, and how many codes are in use.</summary>
    /// <param name="model">The network.</param>
    /// <param name="count">Portraits.</param>
    /// <returns>
    /// <c>psnr_codes</c>: the portrait's own codes decoded; for clean, sign16, swirls16 and blur: <c>_input</c> and the restorations at
    /// w = 0, 0.5 and 1; <c>codes_used</c>: share of the codebook.
    /// </returns>
    public static IReadOnlyDictionary<string, double> Measure(CodeFormerModel model, int count)
    {
        var mix = SampleMix.CleanPeople with { HeldOut = true };
        RgbImage[] clean = [.. WorldBatches.Samples(new Seed(86), 0, 0, count, mix).Select(s => s.Image)];
        var used = new HashSet<long>();
        var scores = new Dictionary<string, double>
        {
            ["psnr_codes"] = Mean(clean, clean, x =>
            {
                var indices = model.NearestCodes(model.Encode(x));
                used.UnionWith(indices.flatten().data<long>().ToArray());
                return model.Decode(model.Codes(indices));
            }),
        };
        scores["codes_used"] = used.Count / (double)model.Config.CodebookSize;
        foreach (var (name, degradation) in Cases())
        {
            RgbImage[] input = [.. clean.Select((image, i) => degradation is null ? image : Degrader.Apply(image, degradation with { Detail = new Seed(87).For(i) }))];
            if (degradation is not null) scores[$"{name}_input"] = Mean(input, clean, x => x);
            foreach (var w in new[] { 0, 0.5, 1 }) scores[FormattableString.Invariant($"{name}_w{w}")] = Mean(input, clean, x => model.Restore(x, w).Image);
        }
        return scores;
    }

    private static IEnumerable<(string Name, Degradation? Degradation)> Cases()
    {
        yield return ("clean", null);
        yield return ("sign16", new Degradation(DegradationKind.Noise, Texture.Sign, 16, default));
        yield return ("swirls16", new Degradation(DegradationKind.Pattern, Texture.Swirls, 16, default));
        yield return ("blur", new Degradation(DegradationKind.Blur, default, 1.5f, default));
    }

    private static double Mean(RgbImage[] input, RgbImage[] clean, Func<Tensor, Tensor> restore) =>
        input.Zip(clean).Chunk(Part).Sum(part => TensorScope.Value(() =>
        {
            using var guard = no_grad();
            var (x, truth) = (WorldBatches.Signed([.. part.Select(p => p.First)]), WorldBatches.Signed([.. part.Select(p => p.Second)]));
            var squares = (restore(x).clamp(-1, 1) - truth).div(2).pow(2).mean([1L, 2L, 3L]);
            return (double)(squares.log10() * -10).sum().item<float>();
        })) / input.Length;
}
