using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>What the face does in a photo.</summary>
public enum Expression
{
    /// <summary>Nothing.</summary>
    Neutral,
    /// <summary>A smile.</summary>
    Smile,
    /// <summary>An open mouth.</summary>
    OpenMouth,
    /// <summary>Corners of the mouth down.</summary>
    Sad,
}

/// <summary>What lies behind the subject.</summary>
public enum Backdrop
{
    /// <summary>One colour.</summary>
    Plain,
    /// <summary>A colour gradient.</summary>
    Gradient,
    /// <summary>Blue sky with clouds.</summary>
    Sky,
    /// <summary>Grass and trees.</summary>
    Park,
    /// <summary>A wall with a window or a picture.</summary>
    Room,
    /// <summary>Sand, sea and sky.</summary>
    Beach,
    /// <summary>Buildings.</summary>
    City,
    /// <summary>Mountains.</summary>
    Mountains,
    /// <summary>A dark sky with moon and stars.</summary>
    Night,
    /// <summary>Snow and a pale sky.</summary>
    Snow,
}

/// <summary>The cut of a shirt.</summary>
public enum ShirtStyle
{
    /// <summary>Round neck.</summary>
    Round,
    /// <summary>Pointed neck.</summary>
    Vee,
    /// <summary>With a collar.</summary>
    Collar,
    /// <summary>Open jacket over a white shirt; the jacket has the shirt colour.</summary>
    Jacket,
}

/// <summary>The kind of a hat.</summary>
public enum HatKind
{
    /// <summary>A cap with a peak.</summary>
    Cap,
    /// <summary>A knitted hat.</summary>
    Beanie,
    /// <summary>A hat with a brim.</summary>
    Brim,
}

/// <summary>A pair of glasses.</summary>
/// <param name="Color">Colour of the frame.</param>
/// <param name="Round">Round rather than square.</param>
public sealed record Glasses(Tone Color, bool Round);

/// <summary>A hat.</summary>
/// <param name="Color">Its colour.</param>
/// <param name="Kind">Its kind.</param>
public sealed record Hat(Tone Color, HatKind Kind);

/// <summary>What someone wears: drawn independently of who they are.</summary>
/// <param name="ShirtColor">Shirt colour.</param>
/// <param name="ShirtStyle">Shirt cut.</param>
/// <param name="Glasses">Glasses, or null.</param>
/// <param name="Hat">Hat, or null.</param>
public sealed record Outfit(Tone ShirtColor, ShirtStyle ShirtStyle, Glasses? Glasses, Hat? Hat)
{
    private static ReadOnlySpan<NamedColor> Frames =>
        [NamedColor.Black, NamedColor.Black, NamedColor.Red, NamedColor.Blue, NamedColor.Brown, NamedColor.White, NamedColor.Green];

    /// <summary>Draws an outfit: 35 % wear glasses, 28 % a hat.</summary>
    public static Outfit Draw(ref WorldRandom random)
    {
        var shirt = Tone.Draw(ref random);
        var style = (ShirtStyle)random.Weighted([4, 2, 2, 2]);
        var glasses = new Glasses(Tone.Draw(ref random, Frames), random.Chance(0.5f));
        var hat = new Hat(Tone.Draw(ref random), (HatKind)random.Below(3));
        return new Outfit(shirt, style, random.Chance(0.35f) ? glasses : null, random.Chance(0.28f) ? hat : null);
    }
}

/// <summary>The scene behind a subject.</summary>
/// <param name="Backdrop">Its kind.</param>
/// <param name="Color">Its colour, where it has one (<see cref="Worlds.Backdrop.Plain"/>, <see cref="Worlds.Backdrop.Gradient"/>, <see cref="Worlds.Backdrop.Room"/>).</param>
/// <param name="Detail">Seed of clouds, trees and the like.</param>
public sealed record Scene(Backdrop Backdrop, Tone Color, Seed Detail)
{
    /// <summary>Draws a scene.</summary>
    public static Scene Draw(ref WorldRandom random) =>
        new((Backdrop)random.Weighted([22, 10, 9, 11, 11, 9, 9, 7, 6, 6]), Tone.Draw(ref random), random.NextSeed());
}

/// <summary>The light of a photo.</summary>
/// <param name="Brightness">Factor on all pixels, 0.75..1.18.</param>
/// <param name="Cast">Colour cast from cool (-1) to warm (1).</param>
/// <param name="Side">Shading from the left (-1) or the right (1); 0 is none.</param>
public sealed record Light(float Brightness, float Cast, float Side)
{
    /// <summary>Draws a light.</summary>
    public static Light Draw(ref WorldRandom random) => new(random.BellRange(0.76f, 1.18f), random.Bell(), random.Bell() * 1.2f);
}

/// <summary>One photo of a person: everything that is not the person.</summary>
public sealed record Nuisance
{
    /// <summary>Turn of the head, from left (-1) to right (1).</summary>
    public float Yaw { get; init; }
    /// <summary>Nod of the head, from up (-1) to down (1).</summary>
    public float Pitch { get; init; }
    /// <summary>Shift to the right in pixels, -3.5..3.5.</summary>
    public float OffsetX { get; init; }
    /// <summary>Shift down in pixels, -2.5..2.5.</summary>
    public float OffsetY { get; init; }
    /// <summary>Size, 0.88..1.12.</summary>
    public float Scale { get; init; } = 1f;
    /// <summary>Roll of the head in degrees, -10..10.</summary>
    public float Roll { get; init; }
    /// <summary>Expression.</summary>
    public Expression Expression { get; init; }
    /// <summary>How strong the expression is, 0.4..1.</summary>
    public float ExpressionAmount { get; init; } = 0.7f;
    /// <summary>From open eyes (0) to closed eyes (1).</summary>
    public float Blink { get; init; }
    /// <summary>Where the eyes look, from left (-1) to right (1).</summary>
    public float Gaze { get; init; }
    /// <summary>Light.</summary>
    public required Light Light { get; init; }
    /// <summary>Background.</summary>
    public required Scene Scene { get; init; }
    /// <summary>Clothes, glasses and hat.</summary>
    public required Outfit Outfit { get; init; }

    /// <summary>Draws a photo: pose, expression, light, background and outfit.</summary>
    public static Nuisance Draw(ref WorldRandom random) => new()
    {
        Yaw = random.Bell() * 1.1f,
        Pitch = random.Bell(),
        OffsetX = random.Bell() * 3.5f,
        OffsetY = random.Bell() * 2.5f,
        Scale = random.BellRange(0.88f, 1.12f),
        Roll = random.Bell() * 10f,
        Expression = (Expression)random.Weighted([40, 36, 16, 8]),
        ExpressionAmount = random.Range(0.5f, 1f),
        Blink = random.Chance(0.06f) ? random.Range(0.85f, 1f) : random.Range(0f, 0.3f),
        Gaze = random.Bell(),
        Light = Light.Draw(ref random),
        Scene = Scene.Draw(ref random),
        Outfit = Outfit.Draw(ref random),
    };
}
