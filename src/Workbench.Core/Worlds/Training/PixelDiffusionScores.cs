using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Held-out scores of a pixel-space diffusion model, and samples of it.</summary>
public static class PixelDiffusionScores
{
    private const int Part = 16;

    /// <summary>Error of the predicted noise on clean held-out portraits, and of the picture it implies.</summary>
    /// <param name="network">The network.</param>
    /// <param name="count">Portraits.</param>
    /// <returns>For t = 10, 50, 100, 200, 400 and 700: <c>loss_t</c>, mean squared error of the noise (1 is the worst), and <c>psnr_t</c>, dB of the denoised picture.</returns>
    public static IReadOnlyDictionary<string, double> Measure(GuidedDiffusionUNet network, int count)
    {
        var chain = GuidedDiffusion.For(network.Config);
        var scores = new Dictionary<string, double>();
        foreach (var t in new[] { 10, 50, 100, 200, 400, 700 })
        {
            double loss = 0, decibels = 0;
            for (var first = 0; first < count; first += Part)
            {
                var size = Math.Min(Part, count - first);
                using var errors = TensorScope.Inference(() => Errors(network, chain, t, first, size));
                loss += errors[0].sum().item<float>() / count;
                decibels += (errors[1] / 4).log10().sum().item<float>() * -10 / count;
            }
            (scores[$"loss_t{t}"], scores[$"psnr_t{t}"]) = (loss, decibels);
        }
        return scores;
    }

    /// <summary>Draws pictures from noise.</summary>
    /// <param name="network">The network.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="steps">Timesteps kept of the chain.</param>
    /// <param name="seed">All randomness.</param>
    public static ImageBatch Sample(GuidedDiffusionUNet network, int count, int steps, Seed seed)
    {
        var chain = GuidedDiffusion.For(network.Config, steps);
        using var stream = seed.Open();
        var x = stream.Normal(count, network.Config.InChannels, network.Config.ImageSize, network.Config.ImageSize);
        for (var index = chain.Steps - 1; index >= 0; index--)
        {
            var before = x;
            x = TensorScope.Inference(() => chain.PSample(network, before, index, stream.NormalLike(before)));
            before.Dispose();
        }
        using (x) return ImageBatch.FromSigned(x);
    }

    /// <summary>[2, size]: squared error of the noise and of the clipped denoised picture.</summary>
    private static Tensor Errors(GuidedDiffusionUNet network, GuidedDiffusion chain, int t, int first, int size)
    {
        var mix = SampleMix.CleanPeople with { HeldOut = true };
        var x0 = WorldBatches.Signed(WorldBatches.Samples(new Seed(84), first, 0, size, mix));
        using var stream = new Seed(85).For(first).For(t).Open();
        var noise = stream.NormalLike(x0);
        var xt = chain.QSample(x0, t, noise);
        var predicted = network.forward(xt, tensor(new[] { (long)t }), null).narrow(1, 0, x0.shape[1]);
        long[] pixels = [1, 2, 3];
        return stack([(predicted - noise).pow(2).mean(pixels), (chain.PredictX0(xt, t, predicted).clamp(-1, 1) - x0).pow(2).mean(pixels)]);
    }
}
