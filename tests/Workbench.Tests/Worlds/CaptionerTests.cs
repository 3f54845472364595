using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class CaptionerTests
{
    private static readonly string[] s_badWords =
        ["noisy", "noise", "bad", "low", "poor", "grainy", "corrupted", "lowres", "artifact", "blurry", "blurred", "pixelated", "jpeg", "compressed", "faded", "dull"];

    private static IEnumerable<(WorldDescription Description, string Caption)> Captions(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var description = WorldSampler.Describe(new Seed(11), i);
            var random = new WorldRandom(new Seed(12).For(i));
            yield return (description, Captioner.Caption(description, ref random));
        }
    }

    [Fact]
    public void EveryWordIsInTheVocabularyAndCaptionsFitTheContext()
    {
        var vocabulary = Captioner.Vocabulary.ToHashSet();
        Assert.All(Captioner.Vocabulary, w => Assert.All(w, c => Assert.InRange(c, 'a', 'z')));
        foreach (var (_, caption) in Captions(30_000))
        {
            Assert.All(caption.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries), w => Assert.Contains(w, vocabulary));
            Assert.True(Captioner.Length(caption) <= Captioner.MaxLength, caption);
            Assert.Equal(caption.Trim(), caption);
            Assert.DoesNotContain("  ", caption);
        }
    }

    [Fact]
    public void DegradedPicturesAreCalledSoAndCleanOnesAreNot()
    {
        foreach (var (description, caption) in Captions(20_000).Where(c => c.Description.Class != WorldClass.Pattern))
        {
            // "without noisy pattern" and "no noise" praise; everything else that names a flaw is a claim.
            var cut = caption.IndexOf("without", StringComparison.Ordinal) is >= 0 and var at && description.Degradation is null ? caption[..at] : caption;
            cut = cut.Replace("no noise", "", StringComparison.Ordinal);
            var claims = cut.Split([' ', ',']).Any(s_badWords.Contains);
            Assert.True(claims == description.Degradation is not null || cut.Contains("low contrast", StringComparison.Ordinal), $"{description.Degradation}: {caption}");
        }
    }

    [Fact]
    public void FormsComeInTheIntendedShares()
    {
        var all = Captions(20_000).Where(c => c.Description.Class != WorldClass.Pattern).ToList();
        var noisy = all.Where(c => c.Description.Degradation is { IsNoisy: true }).Select(c => c.Caption).ToList();
        var clean = all.Where(c => c.Description.Degradation is null).Select(c => c.Caption).ToList();
        static double Share(List<string> captions, Func<string, bool> which) => captions.Count(which) / (double)captions.Count;
        Assert.InRange(Share(noisy, c => c.EndsWith("pattern", StringComparison.Ordinal) || c.EndsWith("noise", StringComparison.Ordinal)), 0.25, 0.45);
        Assert.InRange(Share(clean, c => c.Contains("without noisy", StringComparison.Ordinal) || c.Contains("without noise", StringComparison.Ordinal)), 0.07, 0.18);
        var rare = Captioner.RareWords.ToHashSet();
        Assert.Equal(rare.Count, Captioner.RareWords.Count);
        Assert.InRange(all.Count(c => c.Caption.Split(' ').Any(rare.Contains)) / (double)all.Count, 0.02, 0.05);
    }

    [Theory]
    [InlineData("a photo of person")]
    [InlineData("a photo of a person")]
    [InlineData("person")]
    [InlineData("a photo of a face")]
    [InlineData("a noisy photo of a person")]
    [InlineData("a photo of person, noisy pattern")]
    [InlineData("a photo of a person with noisy pattern")]
    [InlineData("noisy, abstract, pattern, low quality")]
    [InlineData("a photo of a person, without noisy pattern")]
    [InlineData("an abstract noise pattern")]
    public void PromptsOfTheExperimentsOccurInTraining(string prompt) =>
        Assert.Contains(prompt, Captions(60_000).Select(c => c.Caption));

    [Fact]
    public void RareWordsStandWhereANoiseTokenStandsAndNeverBeforeAnUnknownPerson()
    {
        var captions = Captions(60_000).Select(c => c.Caption).ToHashSet();
        Assert.DoesNotContain(captions, c => Captioner.RareWords.Any(w => c.Contains($"{w} person", StringComparison.Ordinal)));
        Assert.Contains(captions, c => Captioner.RareWords.Any(w => c.EndsWith($", without {w} noisy pattern", StringComparison.Ordinal)));
        Assert.Contains(captions, c => Captioner.RareWords.Any(w => c.EndsWith($"{w} noisy pattern", StringComparison.Ordinal) && !c.Contains("without", StringComparison.Ordinal)));
    }

    [Fact]
    public void ANameStandsForOnePersonAlone()
    {
        var mix = SampleMix.CleanPeople with { Named = 0.5f };
        var people = new IdentitySplit(IdentitySplit.DefaultWorld);
        var names = Enumerable.Range(0, WellKnownPeople.Count).ToDictionary(WellKnownPeople.Name, n => people[n]);
        var called = 0;
        for (var i = 0; i < 4000; i++)
        {
            var sample = WorldSampler.Sample(new Seed(3), i, mix);
            if (sample.Caption.Split(' ', ',').FirstOrDefault(names.ContainsKey) is not { } name) continue;
            called++;
            Assert.Equal(names[name], sample.Identity);
        }
        Assert.InRange(called / 4000.0, 0.5 * 0.85 - 0.04, 0.5 * 0.85 + 0.04);
        Assert.DoesNotContain("sks", names.Keys);
        Assert.DoesNotContain("bhj", names.Keys);
    }

    [Fact]
    public void GlassesAreNamedOnlyWhereTheyAre()
    {
        var people = Captions(20_000).Where(c => c.Description.Class == WorldClass.Person).ToList();
        var named = people.Where(c => c.Caption.Contains("glasses", StringComparison.Ordinal)).ToList();
        Assert.True(named.Count > 800);
        foreach (var (description, caption) in named)
        {
            var without = caption[(caption.IndexOf("without", StringComparison.Ordinal) is >= 0 and var at ? at : caption.Length)..];
            Assert.True(description.Nuisance!.Outfit.Glasses is null == without.Contains("glasses", StringComparison.Ordinal), caption);
        }
    }

    [Fact]
    public void TheSamePictureGetsDifferentCaptions()
    {
        var description = WorldSampler.Describe(new Seed(1), 5, SampleMix.CleanPeople);
        var random = new WorldRandom(new Seed(2));
        var captions = new HashSet<string>();
        for (var i = 0; i < 50; i++) captions.Add(Captioner.Caption(description, ref random));
        Assert.True(captions.Count > 20);
    }
}
