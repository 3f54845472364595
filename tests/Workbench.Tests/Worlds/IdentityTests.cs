using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class IdentityTests
{
    private static readonly IdentitySplit s_people = new(IdentitySplit.DefaultWorld);
    private static readonly Nuisance s_plain = new()
    {
        Light = new Light(1, 0, 0),
        Scene = new Scene(Backdrop.Plain, new Tone(NamedColor.Blue, 0, 0), default),
        Outfit = new Outfit(new Tone(NamedColor.Green, 0, 0), ShirtStyle.Round, null, null),
    };

    [Fact]
    public void TrainingAndHeldOutNumbersAreDisjoint()
    {
        Assert.True(IdentitySplit.FirstHeldOut >= IdentitySplit.TrainingCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_people[IdentitySplit.TrainingCount]);
        var training = Enumerable.Range(0, IdentitySplit.TrainingCount).Select(n => s_people[n]).ToHashSet();
        Assert.Equal(IdentitySplit.TrainingCount, training.Count);
        for (var k = 0; k < 500; k++) Assert.DoesNotContain(new Subjects(s_people).HeldOut(k).Identity, training);
    }

    [Fact]
    public void StreamsDrawOnlyFromTheirSideOfTheSplit()
    {
        var training = Enumerable.Range(0, IdentitySplit.TrainingCount).Select(n => s_people[n]).ToHashSet();
        for (var i = 0; i < 300; i++)
        {
            Assert.Contains(WorldSampler.Describe(new Seed(1), i, SampleMix.CleanPeople).Identity!, training);
            Assert.DoesNotContain(WorldSampler.Describe(new Seed(1), i, SampleMix.CleanPeople with { HeldOut = true }).Identity!, training);
        }
    }

    [Fact]
    public void DifferentPeopleLookDifferentInTheSamePhoto()
    {
        var bald = s_people[0] with { HairStyle = HairStyle.Bald };
        var pictures = Enumerable.Range(0, 40).Select(n => MiniWorld.Render(s_people[n].WithHairOf(bald), s_plain)).ToList();
        for (var i = 0; i < pictures.Count; i++)
            for (var j = 0; j < i; j++)
                Assert.True(WorldSamplerTests.Distance(pictures[i], pictures[j]) > 1.0, $"identities {i} and {j} look alike");
    }

    [Fact]
    public void OutfitsSharedBySeedAreTheSameOnEverybody()
    {
        var portraits = new Portraits(s_people);
        var options = new PortraitOptions { Outfit = new Seed(5), Hair = new Seed(6) };
        var (first, photo) = portraits.Describe(1, new Seed(1), options);
        var (second, other) = portraits.Describe(2, new Seed(2), options);
        Assert.Equal(photo.Outfit, other.Outfit);
        Assert.Equal((first.HairColor, first.HairStyle), (second.HairColor, second.HairStyle));
        Assert.NotEqual(first.EyeSpacing, second.EyeSpacing);
    }

    [Fact]
    public void OutfitsDoNotTellTheIdentity()
    {
        // The same photo seed gives the same clothes to anybody.
        var portraits = new Portraits(s_people);
        Assert.Equal(
            portraits.Describe(1, new Seed(3), new PortraitOptions()).Nuisance,
            portraits.Describe(2, new Seed(3), new PortraitOptions()).Nuisance);
    }

    [Fact]
    public void BlurringTheFaceLeavesTheRestSharp()
    {
        var who = s_people[3];
        var sharp = MiniWorld.Render(who, s_plain);
        var blurred = MiniWorld.BlurFace(sharp, who, s_plain, 3f);
        Assert.Equal(sharp[2, 2], blurred[2, 2]);
        Assert.Equal(sharp[32, 62], blurred[32, 62]);
        Assert.True(WorldSamplerTests.Distance(sharp, blurred) > 1.0);
    }

    [Fact]
    public void PhotoSetsAreReproducibleAndDifferByName()
    {
        var subject = new Subjects(s_people).HeldOut(2);
        var a = subject.Photos("A");
        Assert.Equal(4, a.Count);
        Assert.All(a, s => Assert.Equal(subject.Identity, s.Identity));
        Assert.All(a, s => Assert.Null(s.Degradation));
        Assert.Equal(a[3].Image.Pixels, subject.Photos("A", 6)[3].Image.Pixels);
        Assert.NotEqual(a[0].Image.Pixels, subject.Photos("B")[0].Image.Pixels);
        Assert.NotEqual(a[0].Image.Pixels, a[1].Image.Pixels);
    }
}
