using System.Text;

namespace Workbench.Worlds;

/// <summary>Names a person and some of what the photo shows of them.</summary>
internal static class PersonCaption
{
    public enum Trait { Hair, Glasses, Hat, Shirt, Background, Beard, Eyes, Expression, Detail }

    // Glasses and beards are small and half of the people have none: named as rarely as a shirt, neither CLIP nor the UNet learned them.
    private static readonly float[] s_weights = [22, 40, 15, 18, 18, 20, 8, 7, 6];

    /// <summary>The person and <paramref name="attributes"/> traits; <paramref name="named"/> is among them, as present or as absent.</summary>
    public static string Subject(WorldDescription description, int attributes, string? rare, ref WorldRandom random, Trait? named = null)
    {
        var who = description.Identity!;
        var photo = description.Nuisance!;
        var gender = who.Presentation == Presentation.Man ? "man" : "woman";
        var noun = attributes == 0
            ? random.Weighted([56, 20, 24]) switch { 0 => "person", 1 => "face", _ => gender }
            : random.Chance(0.42f) ? "person" : gender;
        if (attributes == 0) return Captioner.Name(noun, rare, ref random);

        Span<float> weights = stackalloc float[s_weights.Length];
        s_weights.CopyTo(weights);
        List<string> with = [], wearing = [], without = [];
        string? background = null, adjective = null;
        for (var i = 0; i < attributes; i++)
        {
            var asked = i == 0 && named is not null;
            var trait = asked ? named!.Value : (Trait)random.Weighted(weights);
            weights[(int)trait] = 0;
            var outfit = photo.Outfit;
            switch (trait)
            {
                case Trait.Hair when who.HairStyle == HairStyle.Bald:
                    if (random.Chance(0.5f)) adjective = "bald";
                    else without.Add("hair");
                    break;
                case Trait.Hair:
                    with.Add(Hair(who, ref random));
                    break;
                case Trait.Glasses when outfit.Glasses is { } glasses:
                    var name = random.Chance(0.35f) ? Captioner.Color(glasses.Color.Name, ref random) + " glasses" : "glasses";
                    (random.Chance(0.3f) ? wearing : with).Add(name);
                    break;
                case Trait.Hat when outfit.Hat is { } hat:
                    var kind = random.Chance(0.7f) ? "hat" : CaptionWords.Hats[(int)hat.Kind];
                    Item(random.Chance(0.3f) ? wearing : with, hat.Color, kind, 0.85f, ref random);
                    break;
                case Trait.Beard when who.Beard != BeardStyle.None:
                    Item(with, who.BeardColor, random.Chance(0.45f) ? "beard" : CaptionWords.Beards[(int)who.Beard], 0.3f, ref random);
                    break;
                case Trait.Glasses or Trait.Hat or Trait.Beard:
                    if ((asked || random.Chance(0.3f)) && (trait != Trait.Beard || who.Presentation == Presentation.Man)) without.Add(trait.ToString().ToLowerInvariant());
                    else i--;
                    break;
                case Trait.Shirt:
                    Item(random.Chance(0.3f) ? wearing : with, outfit.ShirtColor, random.Chance(0.75f) ? "shirt" : CaptionWords.Shirts[(int)outfit.ShirtStyle], 0.96f, ref random);
                    break;
                case Trait.Background:
                    background = Captioner.Background(photo.Scene, ref random);
                    break;
                case Trait.Eyes:
                    with.Add(photo.Blink > 0.8f ? "closed eyes" : EyeColor(who.EyeColor.Name, ref random) + " eyes");
                    break;
                case Trait.Expression:
                    if (photo.Expression == Expression.Smile && random.Chance(0.6f)) adjective = "smiling";
                    else with.Add(photo.Expression switch
                    {
                        Expression.Smile => "a smile", Expression.OpenMouth => "open mouth", Expression.Sad => "sad expression", _ => "neutral expression",
                    });
                    break;
                default:
                    if (Detail(who, ref random) is { } detail) with.Add(detail);
                    else i--;
                    break;
            }
        }
        var text = new StringBuilder(Captioner.Name(adjective is null || rare is not null ? noun : adjective + " " + noun, rare, ref random));
        Append(text, with.Count == 0 ? null : "with", with, ref random);
        Append(text, wearing.Count == 0 ? null : "wearing", wearing, ref random);
        if (without.Count > 0) text.Append(text.Length > 14 && random.Chance(0.5f) ? ", without " : " without ").AppendJoin(" and ", without);
        if (background is not null) text.Append(random.Chance(0.45f) ? ", " : " ").Append(background);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string? lead, List<string> items, ref WorldRandom random)
    {
        if (lead is null) return;
        text.Append(' ').Append(lead).Append(' ').Append(items[0]);
        for (var i = 1; i < items.Count; i++)
            text.Append(i == items.Count - 1 && random.Chance(0.6f) ? " and " : ", ").Append(items[i]);
    }

    private static void Item(List<string> items, Tone color, string noun, float colored, ref WorldRandom random)
    {
        var phrase = random.Chance(colored) ? Captioner.Color(color.Name, ref random) + " " + noun : noun;
        items.Add(random.Chance(0.6f) ? Captioner.Article(phrase) + " " + phrase : phrase);
    }

    private static string Hair(Identity who, ref WorldRandom random)
    {
        var color = Captioner.Color(who.HairColor.Name, ref random);
        var style = random.Pick<string>(CaptionWords.HairStyles[(int)who.HairStyle]);
        return random.Weighted([45, 40, 15]) switch
        {
            0 => color + " hair",
            1 when style is "bob" or "bun" or "afro" => color + " " + style,
            1 => random.Chance(0.5f) ? color + " " + style + " hair" : style + " " + color + " hair",
            _ => style is "bob" or "bun" or "afro" ? Captioner.Article(style) + " " + style : style + " hair",
        };
    }

    private static string EyeColor(NamedColor color, ref WorldRandom random) => color switch
    {
        NamedColor.Orange => "amber",
        NamedColor.Black => "dark",
        _ => Captioner.Color(color, ref random),
    };

    /// <summary>A mark of the face that stands out, if there is one.</summary>
    private static string? Detail(Identity who, ref WorldRandom random) => random.Below(5) switch
    {
        0 when who.Freckles > 0 => "freckles",
        0 when who.Mole => "a mole",
        1 when who.BrowThickness > 2.1f => "thick eyebrows",
        1 when who.BrowThickness < 1.2f => "thin eyebrows",
        2 when who.SkinTone < 0.3f => "light skin",
        2 when who.SkinTone > 0.7f => "dark skin",
        3 when who.LipTone > 0.7f => "red lips",
        3 when who.NoseLength > 8f => "a long nose",
        4 when who.FaceHeight - who.FaceWidth < 2.6f => "a round face",
        4 when who.FaceHeight - who.FaceWidth > 6f => "a long face",
        _ => null,
    };
}
