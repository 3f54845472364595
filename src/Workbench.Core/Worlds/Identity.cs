namespace Workbench.Worlds;

/// <summary>How a person presents; decides the word in captions and leans the other parameters.</summary>
public enum Presentation
{
    /// <summary>"a woman".</summary>
    Woman,
    /// <summary>"a man".</summary>
    Man,
}

/// <summary>How the hair is worn.</summary>
public enum HairStyle
{
    /// <summary>None.</summary>
    Bald,
    /// <summary>Cropped close.</summary>
    Short,
    /// <summary>Parted at the side.</summary>
    Parted,
    /// <summary>Standing up.</summary>
    Spiky,
    /// <summary>Curls around the head.</summary>
    Curly,
    /// <summary>Straight to the shoulders or longer.</summary>
    Long,
    /// <summary>Waves to the shoulders.</summary>
    Wavy,
    /// <summary>Chin length with a straight fringe.</summary>
    Bob,
    /// <summary>Tied up on top.</summary>
    Bun,
    /// <summary>A wide round halo.</summary>
    Afro,
}

/// <summary>How the beard is worn.</summary>
public enum BeardStyle
{
    /// <summary>None.</summary>
    None,
    /// <summary>A moustache only.</summary>
    Moustache,
    /// <summary>Chin and moustache.</summary>
    Goatee,
    /// <summary>Cheeks, chin and moustache.</summary>
    Full,
}

/// <summary>
/// A person: the parameters that stay the same in every photo. Lengths are in pixels of a 64×64 picture of an upright
/// head at scale 1. Most of them lie inside the face, so that only the face tells who it is.
/// </summary>
public sealed record Identity
{
    /// <summary>The gender word of captions.</summary>
    public required Presentation Presentation { get; init; }
    /// <summary>Skin from very light (0) to very dark (1).</summary>
    public required float SkinTone { get; init; }
    /// <summary>Undertone from rosy (-1) to golden (1).</summary>
    public required float SkinWarmth { get; init; }
    /// <summary>Half the width of the face, 12..16.</summary>
    public required float FaceWidth { get; init; }
    /// <summary>Half the height of the face, 16.5..20.</summary>
    public required float FaceHeight { get; init; }
    /// <summary>Width of the jaw relative to the face, 0.55 (pointed) .. 1 (square).</summary>
    public required float Jaw { get; init; }
    /// <summary>Width of the chin relative to the face, 0.15..0.55.</summary>
    public required float Chin { get; init; }
    /// <summary>Size of the ears, 0.7..1.4.</summary>
    public required float EarSize { get; init; }
    /// <summary>Hair colour.</summary>
    public required Tone HairColor { get; init; }
    /// <summary>Hair style.</summary>
    public required HairStyle HairStyle { get; init; }
    /// <summary>Seed-like number in [0,1) for small details of the hair.</summary>
    public required float HairDetail { get; init; }
    /// <summary>Iris colour.</summary>
    public required Tone EyeColor { get; init; }
    /// <summary>Distance of each eye from the middle, 5.4..8.6.</summary>
    public required float EyeSpacing { get; init; }
    /// <summary>Half the width of an eye, 3.3..5.1.</summary>
    public required float EyeSize { get; init; }
    /// <summary>Height of the eye relative to its width, 0.5 (narrow) .. 1 (round).</summary>
    public required float EyeRoundness { get; init; }
    /// <summary>Slant of the eyes in radians, -0.25 (drooping) .. 0.25 (rising outwards).</summary>
    public required float EyeTilt { get; init; }
    /// <summary>Height of the eyes relative to the usual place, -2..2, positive is lower.</summary>
    public required float EyeHeight { get; init; }
    /// <summary>Lashes from none (0) to heavy (1).</summary>
    public required float Lashes { get; init; }
    /// <summary>Thickness of the brows, 0.8..2.8.</summary>
    public required float BrowThickness { get; init; }
    /// <summary>Slope of the brows in radians, -0.38 (worried) .. 0.28 (stern).</summary>
    public required float BrowAngle { get; init; }
    /// <summary>Arch of the brows, 0..2.</summary>
    public required float BrowArch { get; init; }
    /// <summary>Colour of the brows.</summary>
    public required Tone BrowColor { get; init; }
    /// <summary>Length of the nose, 4.5..9.5.</summary>
    public required float NoseLength { get; init; }
    /// <summary>Half the width of the nose, 1.5..4.2.</summary>
    public required float NoseWidth { get; init; }
    /// <summary>From a button (0) to a sharp bridge (1).</summary>
    public required float NoseBridge { get; init; }
    /// <summary>Half the width of the mouth, 3.4..7.6.</summary>
    public required float MouthWidth { get; init; }
    /// <summary>Fullness of the lips, 0.8..2.6.</summary>
    public required float MouthFullness { get; init; }
    /// <summary>Colour of the lips from skin-like (0) to strong red (1).</summary>
    public required float LipTone { get; init; }
    /// <summary>Beard.</summary>
    public required BeardStyle Beard { get; init; }
    /// <summary>Colour of the beard.</summary>
    public required Tone BeardColor { get; init; }
    /// <summary>Freckles from none (0) to many (1).</summary>
    public required float Freckles { get; init; }
    /// <summary>Redness of the cheeks, 0..1.</summary>
    public required float Blush { get; init; }
    /// <summary>Whether there is a mole.</summary>
    public required bool Mole { get; init; }
    /// <summary>Place of the mole across the face, in [-1,1].</summary>
    public required float MoleX { get; init; }
    /// <summary>Place of the mole down the face, in [-1,1].</summary>
    public required float MoleY { get; init; }

    /// <summary>The same face under the hair (style and colour) of <paramref name="other"/>: a hard negative for an identity encoder.</summary>
    public Identity WithHairOf(Identity other) => this with
    {
        HairColor = other.HairColor,
        HairStyle = other.HairStyle,
        HairDetail = other.HairDetail,
    };
}
