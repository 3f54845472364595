using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Renders training batches: step k of a seed always gives the same pictures, whatever was drawn before.</summary>
internal static class WorldBatches
{
    /// <summary>Samples <paramref name="count"/> pictures of step <paramref name="step"/>, part <paramref name="part"/>.</summary>
    public static IReadOnlyList<WorldSample> Samples(Seed seed, int step, int part, int count, SampleMix mix, float closeUps = 0)
    {
        var first = ((long)step * 64 + part) * 1024;
        return [.. Enumerable.Range(0, count).Select(i => Sample(seed, first + i, mix, closeUps))];
    }

    /// <summary>Picture <paramref name="index"/> of a stream: with probability <paramref name="closeUps"/> a part of it, twice as large.</summary>
    public static WorldSample Sample(Seed seed, long index, SampleMix mix, float closeUps)
    {
        var sample = WorldSampler.Sample(seed, index, mix);
        var random = new WorldRandom(seed.For("close-ups").For(index));
        return random.Chance(closeUps) ? sample with { Image = MiniWorld.RenderCloseUp(sample.Description, 2, ref random) } : sample;
    }

    /// <summary>As <see cref="Samples"/>, the first <paramref name="pairs"/> pairs being twins.</summary>
    public static IReadOnlyList<WorldSample> WithTwins(Seed seed, int step, int count, int pairs, SampleMix mix) =>
    [
        .. Enumerable.Range(0, pairs).SelectMany(i => WorldTwins.Pair(seed.For("twins"), ((long)step * 1024) + i, mix)),
        .. Samples(seed, step, 0, count - 2 * pairs, mix),
    ];

    /// <summary>Pictures as a tensor [N, 3, H, W] in [-1,1].</summary>
    public static Tensor Signed(IReadOnlyList<RgbImage> images, ScalarType dtype = ScalarType.Float32)
    {
        var (height, width) = (images[0].Height, images[0].Width);
        var bytes = new byte[images.Count * height * width * 3];
        for (var i = 0; i < images.Count; i++) images[i].Pixels.AsSpan().CopyTo(bytes.AsSpan(i * height * width * 3));
        return tensor(bytes, [images.Count, height, width, 3], ScalarType.Byte).permute(0, 3, 1, 2).to(ScalarType.Float32)
            .div(127.5).sub(1).contiguous().to(dtype);
    }

    /// <summary>The pictures of <paramref name="samples"/>, as <see cref="Signed(IReadOnlyList{RgbImage}, ScalarType)"/>.</summary>
    public static Tensor Signed(IReadOnlyList<WorldSample> samples, ScalarType dtype = ScalarType.Float32) =>
        Signed([.. samples.Select(s => s.Image)], dtype);
}
