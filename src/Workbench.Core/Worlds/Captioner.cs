namespace Workbench.Worlds;

/// <summary>
/// Captions of the mini world: the training text of CLIP and of the text-to-image model. Each call draws another caption of the same
/// picture. About a quarter name the class only; degraded pictures always say so; well-known people are mostly called by their name; other
/// rare words appear now and then with things and noise and mean nothing.
/// </summary>
public static class Captioner
{
    /// <summary>Captions have at most this many words and commas.</summary>
    public const int MaxLength = 26;

    private const float RareWord = 0.06f, ShortCaption = 0.25f, CalledByName = 0.85f;

    /// <summary>Every word that can occur in a caption: lower-case ASCII, sorted.</summary>
    public static IReadOnlyList<string> Vocabulary => CaptionWords.Vocabulary;

    /// <summary>The rare words: known to the models, without meaning, such as "sks" and "bhj".</summary>
    public static IReadOnlyList<string> RareWords => CaptionWords.Rare;

    /// <summary>Draws a caption.</summary>
    /// <param name="description">What the picture shows.</param>
    /// <param name="random">The stream to draw from; the same state gives the same caption.</param>
    public static string Caption(WorldDescription description, ref WorldRandom random) => CaptionNaming(description, null, ref random);

    /// <summary>Draws a caption that says whether the person has the trait <paramref name="named"/>.</summary>
    internal static string CaptionNaming(WorldDescription description, PersonCaption.Trait? named, ref WorldRandom random)
    {
        ArgumentNullException.ThrowIfNull(description);
        var rare = random.Chance(RareWord) ? random.Pick(WellKnownPeople.OtherRareWords) : null;
        if (description.Class == WorldClass.Pattern) return Pattern(description.Object!, rare, ref random);
        if (description.Degradation is { } degradation && named is null)
        {
            if (random.Chance(0.08f)) return random.Pick<string>(Lists(degradation));
            if (degradation.IsNoisy && random.Chance(0.05f)) return random.Pick<string>(CaptionWords.NoisyImages);
        }
        var (least, attributes) = (named is null ? 0 : 1, random.Chance(ShortCaption) ? 0 : 1 + random.Weighted([35, 30, 22, 13]));
        for (attributes = Math.Max(least, attributes); ; attributes--)
        {
            var caption = Sentence(description, attributes, rare, named, ref random);
            if (attributes == least || Length(caption) <= MaxLength) return caption;
        }
    }

    /// <summary>Words and commas of a caption, about its number of tokens.</summary>
    internal static int Length(string caption)
    {
        var length = 1;
        foreach (var c in caption)
            if (c is ' ' or ',') length++;
        return length;
    }

    private static string Sentence(WorldDescription description, int attributes, string? rare, PersonCaption.Trait? named, ref WorldRandom random)
    {
        var (ending, adjective) = Quality(description.Degradation, ref rare, ref random);
        var person = description.Class == WorldClass.Person;
        var name = description.Name is { } known && random.Chance(CalledByName) ? known : null;
        var subject = person
            ? PersonCaption.Subject(description, attributes, name, ref random, named)
            : ThingCaption.Subject(description, attributes, rare, ref random);
        var bare = adjective is null && random.Chance(0.16f);
        if (bare) return subject + ending;
        var medium = random.Pick<string>(person ? CaptionWords.PersonMedia : CaptionWords.Media);
        var frame = adjective is null ? medium : adjective + " " + medium;
        return Article(frame) + " " + frame + " of " + subject + ending;
    }

    /// <summary>How a caption speaks of quality: an adjective of the photo, an ending, or neither for most clean pictures.</summary>
    private static (string Ending, string? Adjective) Quality(Degradation? degradation, ref string? rare, ref WorldRandom random)
    {
        if (degradation is null)
        {
            var adjective = random.Chance(0.2f) ? random.Pick<string>(CaptionWords.CleanAdjectives) : null;
            if (random.Chance(0.15f)) return (Join(WithRare("without", random.Pick<string>(CaptionWords.WithoutEndings), ref rare, ref random), ref random), adjective);
            return (random.Chance(0.06f) ? ", " + random.Pick<string>(CaptionWords.CleanEndings) : "", adjective);
        }
        if (!degradation.IsNoisy) return ("", random.Pick<string>(Adjectives(degradation)));
        if (random.Chance(0.38f))
        {
            var adjective = random.Chance(0.15f) ? random.Pick<string>(CaptionWords.NoisyAdjectives) : null;
            var ending = WithRare("", random.Pick<string>(CaptionWords.NoisyEndings), ref rare, ref random);
            return (random.Weighted([45, 35, 20]) switch { 0 => ", " + ending, 1 => " with " + ending, _ => ", with " + ending }, adjective);
        }
        return ("", random.Pick<string>(CaptionWords.NoisyAdjectives));
    }

    /// <summary>Puts the rare word, half of the time, where an identifier of the noise would stand.</summary>
    private static string WithRare(string lead, string ending, ref string? rare, ref WorldRandom random)
    {
        if (rare is null || random.Chance(0.5f)) return ending;
        var named = lead.Length > 0 && ending.StartsWith(lead, StringComparison.Ordinal)
            ? lead + " " + rare + ending[lead.Length..]
            : rare + " " + ending;
        rare = null;
        return named;
    }

    private static string Join(string ending, ref WorldRandom random) => (random.Chance(0.6f) ? ", " : " ") + ending;

    private static string Pattern(SceneObject pattern, string? rare, ref WorldRandom random)
    {
        if (rare is not null) return random.Chance(0.5f) ? rare + " noisy pattern" : "a photo of " + rare + " noisy pattern";
        var choice = random.Weighted([62, 26, 12]);
        if (choice == 0) return random.Pick<string>(CaptionWords.Patterns);
        var words = random.Pick<string>(CaptionWords.TextureWords[pattern.Variant]);
        return choice == 1 ? words : random.Chance(0.5f) ? "an image of " + words : "a photo of " + words;
    }

    private static string[] Adjectives(Degradation degradation) => degradation.Kind switch
    {
        DegradationKind.Blur => CaptionWords.BlurAdjectives,
        DegradationKind.LowResolution => CaptionWords.LowResolutionAdjectives,
        DegradationKind.Jpeg => CaptionWords.JpegAdjectives,
        _ => CaptionWords.ContrastAdjectives,
    };

    private static string[] Lists(Degradation degradation) => degradation.Kind switch
    {
        _ when degradation.IsNoisy => CaptionWords.NoisyLists,
        DegradationKind.Blur => CaptionWords.BlurLists,
        DegradationKind.LowResolution => CaptionWords.LowResolutionLists,
        DegradationKind.Jpeg => CaptionWords.JpegLists,
        _ => CaptionWords.ContrastLists,
    };

    /// <summary>"a" or "an".</summary>
    internal static string Article(string next) => next[0] is 'a' or 'e' or 'i' or 'o' ? "an" : "a";

    /// <summary>The word of a colour.</summary>
    internal static string Color(NamedColor color, ref WorldRandom random) =>
        color == NamedColor.Grey && random.Chance(0.2f) ? "gray" : CaptionWords.Colors[(int)color];

    /// <summary>A phrase for the background.</summary>
    internal static string Background(Scene scene, ref WorldRandom random)
    {
        var phrase = random.Pick<string>(CaptionWords.Backdrops[(int)scene.Backdrop]);
        return phrase.Contains('#', StringComparison.Ordinal)
            ? phrase.Replace("a #", Article(CaptionWords.Colors[(int)scene.Color.Name]) + " #", StringComparison.Ordinal)
                .Replace("#", Color(scene.Color.Name, ref random), StringComparison.Ordinal)
            : phrase;
    }

    /// <summary>"red car" with or without article, and with a rare word in the place of an identifier.</summary>
    internal static string Name(string noun, string? rare, ref WorldRandom random)
    {
        if (rare is not null) return (random.Chance(0.25f) ? "a " : "") + rare + " " + noun;
        return random.Chance(0.7f) ? Article(noun) + " " + noun : noun;
    }
}
