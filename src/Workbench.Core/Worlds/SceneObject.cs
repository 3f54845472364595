namespace Workbench.Worlds;

/// <summary>A thing that is not a person: the parameters of one picture of a cat, house, flower, tree, car or pattern.</summary>
/// <param name="Color">Its main colour.</param>
/// <param name="Accent">Its second colour (roof, pot, eyes).</param>
/// <param name="Variant">The kind: for a cat sitting (0) or close up (1); for a tree round (0) or fir (1); for a pattern the <see cref="Texture"/>.</param>
/// <param name="OffsetX">Shift to the right in pixels, -5..5.</param>
/// <param name="OffsetY">Shift down in pixels, -3..3.</param>
/// <param name="Scale">Size, 0.7..1.15.</param>
/// <param name="Mirror">Seen the other way round.</param>
/// <param name="Light">Light.</param>
/// <param name="Scene">Background.</param>
public sealed record SceneObject(
    Tone Color, Tone Accent, int Variant, float OffsetX, float OffsetY, float Scale, bool Mirror, Light Light, Scene Scene)
{
    /// <summary>Draws a thing of <paramref name="kind"/>, in the colours that such things have.</summary>
    public static SceneObject Draw(WorldClass kind, ref WorldRandom random)
    {
        var color = kind switch
        {
            WorldClass.Cat => Tone.Draw(ref random, [NamedColor.Black, NamedColor.White, NamedColor.Grey, NamedColor.Orange, NamedColor.Brown]),
            WorldClass.Flower => Tone.Draw(ref random,
                [NamedColor.Red, NamedColor.Yellow, NamedColor.Pink, NamedColor.Purple, NamedColor.White, NamedColor.Blue, NamedColor.Orange]),
            WorldClass.Tree => Tone.Draw(ref random,
                [NamedColor.Green, NamedColor.Green, NamedColor.Green, NamedColor.Orange, NamedColor.Red, NamedColor.Yellow]),
            _ => Tone.Draw(ref random),
        };
        var accent = kind == WorldClass.Cat
            ? Tone.Draw(ref random, [NamedColor.Green, NamedColor.Yellow, NamedColor.Blue])
            : Tone.Draw(ref random);
        var variant = kind == WorldClass.Pattern ? random.Below(Textures.Count) : random.Below(2);
        return new SceneObject(
            color, accent, variant, random.Bell() * 5f, random.Bell() * 3f, random.BellRange(0.7f, 1.15f), random.Chance(0.5f),
            Light.Draw(ref random), Scene.Draw(ref random));
    }
}
