using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class WorldTwinsTests
{
    [Fact]
    public void TwinsDifferInOneThingAndTheirCaptionsSayWhich()
    {
        var traits = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            var pair = WorldTwins.Pair(new Seed(5), i, SampleMix.Default);
            var differences = Differences(pair[0], pair[1]);
            var trait = Assert.Single(differences);
            traits.Add(trait.Name);
            Assert.NotEqual(pair[0].Image.Pixels, pair[1].Image.Pixels);
            foreach (var (twin, has) in (ReadOnlySpan<(WorldSample, bool)>)[(pair[0], trait.First), (pair[1], !trait.First)])
            {
                var denied = twin.Caption.IndexOf("without", StringComparison.Ordinal) is >= 0 and var at && twin.Caption.IndexOf(trait.Name, at, StringComparison.Ordinal) >= 0;
                Assert.True(denied != has, $"{trait.Name} {has}: {twin.Caption}");
            }
        }
        Assert.Equal(["beard", "glasses", "hat"], traits.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheSameNumberGivesTheSameTwins() => Assert.Equal(
        WorldTwins.Pair(new Seed(5), 7, SampleMix.Default).Select(t => t.Caption), WorldTwins.Pair(new Seed(5), 7, SampleMix.Default).Select(t => t.Caption));

    private static IEnumerable<(string Name, bool First)> Differences(WorldSample one, WorldSample other)
    {
        var (first, second) = (one.Nuisance!.Outfit, other.Nuisance!.Outfit);
        if (first.Glasses is null != second.Glasses is null) yield return ("glasses", first.Glasses is not null);
        if (first.Hat is null != second.Hat is null) yield return ("hat", first.Hat is not null);
        if (one.Identity!.Beard == BeardStyle.None != (other.Identity!.Beard == BeardStyle.None)) yield return ("beard", one.Identity.Beard != BeardStyle.None);
    }
}
