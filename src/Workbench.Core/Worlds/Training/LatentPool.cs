using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Encoded pictures of the mini world; at step k it holds the same ones whether the training was interrupted or not.</summary>
internal sealed class LatentPool
{
    private const int EncodeBatch = 32;
    private readonly AutoencoderKL vae;
    private readonly Seed seed;
    private readonly SampleMix mix;
    private readonly int renewed;
    private readonly float closeUps;
    private readonly Tensor moments, small;
    private readonly WorldDescription[] descriptions;
    private int ready;

    public LatentPool(AutoencoderKL vae, Seed seed, SampleMix mix, int size, int renewed, int step, float closeUps = 0)
    {
        (this.vae, this.seed, this.mix, this.renewed, this.closeUps, ready) = (vae, seed, mix, renewed, closeUps, step);
        long side = MiniWorld.Size / vae.Config.SpatialFactor;
        moments = zeros([size, 2 * vae.Config.LatentChannels, side, side], ScalarType.BFloat16).DetachFromDisposeScope();
        small = zeros([size, 3, side, side]).DetachFromDisposeScope();
        descriptions = new WorldDescription[size];
        var newest = size + (long)step * renewed;
        for (var first = newest - size; first < newest; first += EncodeBatch) Encode(first, (int)Math.Min(EncodeBatch, newest - first));
    }

    /// <summary>
    /// Draws latents [count, C, h, w], float32, scaled for diffusion, a fresh caption of each, and each picture shrunk to the size of its latents,
    /// [count, 3, h, w] in [-1,1].
    /// </summary>
    public (Tensor Latents, IReadOnlyList<string> Captions, Tensor Small) Draw(int step, int count, RandomStream stream, float empty)
    {
        for (; ready < step; ready++) Encode(descriptions.Length + (long)ready * renewed, renewed);
        var rows = stream.Integers(0, descriptions.Length, count);
        var random = new WorldRandom(new Seed((ulong)stream.Integer(0, long.MaxValue)));
        var captions = new List<string>();
        foreach (var row in rows.data<long>().ToArray())
            captions.Add(random.Chance(empty) ? "" : Captioner.Caption(descriptions[row], ref random));
        var posterior = DiagonalGaussian.FromMoments(moments.index_select(0, rows).to(ScalarType.Float32));
        var latents = ScaledLatents.Of(vae.Config, posterior.Sample(stream.NormalLike(posterior.Mean)));
        return (latents, captions, small.index_select(0, rows));
    }

    private void Encode(long first, int count)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var samples = Enumerable.Range(0, count).Select(i => WorldBatches.Sample(seed, first + i, mix, closeUps)).ToArray();
        var posterior = vae.Encode(WorldBatches.Signed(samples, vae.parameters().First().dtype));
        var side = (int)small.size(2);
        var shrunk = WorldBatches.Signed([.. samples.Select(s => s.Image.Resize(side, side, Resampling.Bicubic))]);
        var encoded = cat([posterior.Mean, posterior.LogVar], 1).to(ScalarType.BFloat16);
        for (var i = 0; i < count; i++)
        {
            var row = (first + i) % descriptions.Length;
            descriptions[row] = samples[i].Description;
            moments[row].copy_(encoded[i]);
            small[row].copy_(shrunk[i]);
        }
    }
}
