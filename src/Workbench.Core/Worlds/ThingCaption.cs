namespace Workbench.Worlds;

/// <summary>Names a cat, house, flower, tree or car.</summary>
internal static class ThingCaption
{
    public static string Subject(WorldDescription description, int attributes, string? rare, ref WorldRandom random)
    {
        var thing = description.Object!;
        var noun = description.Class switch
        {
            WorldClass.Cat => "cat",
            WorldClass.House => "house",
            WorldClass.Flower => thing.Variant == 1 && random.Chance(0.3f) ? "tulip" : "flower",
            WorldClass.Tree => thing.Variant == 1 && random.Chance(0.3f) ? "fir tree" : "tree",
            _ => "car",
        };
        if (attributes == 0) return Captioner.Name(noun, rare, ref random);
        var colored = random.Chance(0.85f);
        var name = colored ? Captioner.Color(thing.Color.Name, ref random) + " " + noun : noun;
        if (random.Chance(0.2f))
        {
            if (thing.Scale < 0.86f) name = "small " + name;
            else if (thing.Scale > 1f) name = (random.Chance(0.5f) ? "big " : "large ") + name;
        }
        if (description.Class == WorldClass.Cat && thing.Variant == 0 && random.Chance(0.15f)) name = "sitting " + name;
        var text = Captioner.Name(name, rare, ref random);
        if (attributes > 1 && description.Class == WorldClass.House && random.Chance(0.5f))
            text += " with " + Roof(thing.Accent.Name, ref random);
        if (attributes > 1 && description.Class == WorldClass.Cat && random.Chance(0.3f))
            text += " with " + Captioner.Color(thing.Accent.Name, ref random) + " eyes";
        if (!colored || attributes > 1 && random.Chance(0.75f))
            text += (random.Chance(0.35f) ? ", " : " ") + Captioner.Background(thing.Scene, ref random);
        return text;
    }

    private static string Roof(NamedColor color, ref WorldRandom random)
    {
        var word = Captioner.Color(color, ref random);
        return Captioner.Article(word) + " " + word + " roof";
    }
}
