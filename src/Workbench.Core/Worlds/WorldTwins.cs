using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>
/// Twins: one photo of a person drawn twice, with and without glasses, a hat or a beard, each caption naming what differs. In a contrastive batch the
/// twin's caption is a hard negative (Yuksekgonul et al. 2023): nothing but the small thing itself tells the two apart.
/// </summary>
/// <remarks>Without them CLIP told people by class, colours and backdrop, which suffices in a batch of strangers, and never looked at glasses.</remarks>
internal static class WorldTwins
{
    private static readonly PersonCaption.Trait[] s_traits = [PersonCaption.Trait.Glasses, PersonCaption.Trait.Hat, PersonCaption.Trait.Beard];
    private static readonly float[] s_weights = [6, 1.5f, 2.5f];

    /// <summary>Pair number <paramref name="index"/> of a seed, in random order.</summary>
    public static WorldSample[] Pair(Seed seed, long index, SampleMix mix)
    {
        var person = WorldSampler.Describe(seed, index, mix with { Person = 1, Thing = 0, Pattern = 0 });
        var random = new WorldRandom(seed.For(index).For("twin"));
        var trait = s_traits[random.Weighted(s_weights)];
        if (trait == PersonCaption.Trait.Beard && person.Identity!.Presentation == Presentation.Woman) trait = PersonCaption.Trait.Glasses;
        var twin = Flip(person, trait, ref random);
        WorldSample Draw(WorldDescription description, ref WorldRandom random) =>
            new(MiniWorld.Render(description), Captioner.CaptionNaming(description, trait, ref random), description);
        return random.Chance(0.5f) ? [Draw(person, ref random), Draw(twin, ref random)] : [Draw(twin, ref random), Draw(person, ref random)];
    }

    private static WorldDescription Flip(WorldDescription person, PersonCaption.Trait trait, ref WorldRandom random)
    {
        var (who, photo) = (person.Identity!, person.Nuisance!);
        if (trait == PersonCaption.Trait.Beard)
        {
            var other = who.Beard == BeardStyle.None ? (BeardStyle)(1 + random.Below(3)) : BeardStyle.None;
            return person with { Identity = who with { Beard = other } };
        }
        Outfit drawn;
        do drawn = Outfit.Draw(ref random);
        while (trait == PersonCaption.Trait.Glasses ? drawn.Glasses is null : drawn.Hat is null);
        var worn = trait == PersonCaption.Trait.Glasses
            ? photo.Outfit with { Glasses = photo.Outfit.Glasses is null ? drawn.Glasses : null }
            : photo.Outfit with { Hat = photo.Outfit.Hat is null ? drawn.Hat : null };
        return person with { Nuisance = photo with { Outfit = worn } };
    }
}
