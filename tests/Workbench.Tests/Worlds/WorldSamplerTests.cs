using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class WorldSamplerTests
{
    private static readonly Seed s_seed = new(7);

    [Fact]
    public void SamplesDependOnSeedAndIndexOnly()
    {
        for (var i = 0; i < 60; i++)
        {
            var a = WorldSampler.Sample(s_seed, i);
            var b = WorldSampler.Sample(s_seed, i);
            Assert.Equal(a.Image.Pixels, b.Image.Pixels);
            Assert.Equal(a.Caption, b.Caption);
            Assert.Equal(a.Description, b.Description);
        }
        Assert.NotEqual(WorldSampler.Sample(s_seed, 0).Image.Pixels, WorldSampler.Sample(new Seed(8), 0).Image.Pixels);
        Assert.NotEqual(WorldSampler.Sample(s_seed, 0).Image.Pixels, WorldSampler.Sample(s_seed, 1).Image.Pixels);
    }

    [Fact]
    public void ThreadsRenderTheSamePictures()
    {
        const int Count = 400;
        var alone = Enumerable.Range(0, Count).Select(i => Hash(WorldSampler.Sample(s_seed, i).Image)).ToArray();
        var together = new int[Count];
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Hash(WorldSampler.Sample(s_seed, i).Image));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void TheMixIsKept()
    {
        const int Count = 6000;
        var samples = Enumerable.Range(0, Count).Select(i => WorldSampler.Describe(s_seed, i)).ToList();
        double Share(Func<WorldDescription, bool> which) => samples.Count(which) / (double)Count;
        Assert.InRange(Share(s => s.Class == WorldClass.Person), 0.57, 0.63);
        Assert.InRange(Share(s => s.Class == WorldClass.Pattern), 0.06, 0.09);
        foreach (var thing in new[] { WorldClass.Cat, WorldClass.House, WorldClass.Flower, WorldClass.Tree, WorldClass.Car })
            Assert.InRange(Share(s => s.Class == thing), 0.05, 0.08);
        Assert.InRange(samples.Count(s => s.Degradation is not null) / (double)samples.Count(s => s.Class != WorldClass.Pattern), 0.27, 0.33);
        Assert.All(samples, s => Assert.Equal(s.Class == WorldClass.Person, s.Identity is not null));
    }

    [Fact]
    public void EveryDegradationKeepsTheSizeAndChangesThePicture()
    {
        var portrait = new Portraits().Render(1, s_seed);
        for (var i = 0; i < 200; i++)
        {
            var random = new WorldRandom(s_seed.For(i));
            var degradation = Degradation.Draw(ref random);
            var result = Degrader.Apply(portrait, degradation);
            Assert.Equal((64, 64, 64 * 64 * 3), (result.Width, result.Height, result.Pixels.Length));
            Assert.True(Distance(portrait, result) > 0.5, $"{degradation} changed nothing");
        }
    }

    [Theory]
    [InlineData(Texture.Sign, 11)]
    [InlineData(Texture.Uniform, 16)]
    [InlineData(Texture.Swirls, 16)]
    public void NoiseStaysWithinItsAmplitude(Texture texture, int amplitude)
    {
        // Over mid grey nothing saturates, so the budget shows exactly.
        var grey = new RgbImage(64, 64, [.. Enumerable.Repeat((byte)128, 64 * 64 * 3)]);
        var noisy = Degrader.Apply(grey, new Degradation(DegradationKind.Noise, texture, amplitude, s_seed));
        var largest = noisy.Pixels.Max(p => Math.Abs(p - 128));
        Assert.InRange(largest, amplitude * 0.8, amplitude * 1.15);
        // White and black saturate instead of wrapping around.
        var white = new RgbImage(64, 64, [.. Enumerable.Repeat((byte)255, 64 * 64 * 3)]);
        Assert.All(Degrader.Apply(white, new Degradation(DegradationKind.Noise, texture, amplitude, s_seed)).Pixels, p => Assert.True(p > 200));
    }

    [Fact]
    public void APictureOfAnotherSizeIsRefused() => Assert.Throws<ArgumentException>(
        () => Degrader.Apply(new RgbImage(32, 64, new byte[32 * 64 * 3]), new Degradation(DegradationKind.Blur, default, 1, s_seed)));

    internal static double Distance(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (p, q) => Math.Abs(p - q)).Average();

    private static int Hash(RgbImage image)
    {
        var hash = default(HashCode);
        hash.AddBytes(image.Pixels);
        return hash.ToHashCode();
    }
}
