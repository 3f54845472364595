namespace Workbench.Worlds;

/// <summary>The distribution of identities.</summary>
internal static class IdentityDraw
{
    private static readonly NamedColor[] s_hair =
    [
        NamedColor.Black, NamedColor.Brown, NamedColor.Blond, NamedColor.Red, NamedColor.Grey, NamedColor.White,
        NamedColor.Blue, NamedColor.Pink, NamedColor.Green, NamedColor.Purple,
    ];
    private static readonly float[] s_hairWeights = [20, 20, 18, 14, 8, 4, 5, 4, 3, 4];
    // Bald, Short, Parted, Spiky, Curly, Long, Wavy, Bob, Bun, Afro
    private static readonly float[] s_styleWoman = [1, 5, 5, 3, 14, 22, 20, 16, 10, 6];
    private static readonly float[] s_styleMan = [12, 22, 20, 16, 12, 6, 4, 2, 2, 7];
    private static readonly NamedColor[] s_eyes =
        [NamedColor.Brown, NamedColor.Blue, NamedColor.Green, NamedColor.Grey, NamedColor.Orange, NamedColor.Black, NamedColor.Purple];
    private static readonly float[] s_eyeWeights = [24, 24, 20, 12, 8, 9, 3];

    /// <summary>Draws a person.</summary>
    public static Identity Draw(ref WorldRandom r)
    {
        var man = r.Chance(0.5f);
        var hair = Tone.Vary(s_hair[r.Weighted(s_hairWeights)], ref r);
        var style = (HairStyle)r.Weighted(man ? s_styleMan : s_styleWoman);
        var eye = Tone.Vary(s_eyes[r.Weighted(s_eyeWeights)], ref r);
        var faceWidth = r.BellRange(12f, 16f) + (man ? 0.2f : -0.2f);
        var eyeSize = r.Range(3.4f, 5f) + (man ? -0.1f : 0.1f);
        var beard = man ? (BeardStyle)r.Weighted([42, 14, 17, 27]) : BeardStyle.None;
        var dyed = hair.Name is NamedColor.Blue or NamedColor.Pink or NamedColor.Green or NamedColor.Purple;
        var brow = r.Chance(dyed ? 0.7f : 0.25f) ? Tone.Draw(ref r, [NamedColor.Black, NamedColor.Brown]) : hair;
        var beardColor = r.Chance(0.75f) ? hair : Tone.Draw(ref r, [NamedColor.Black, NamedColor.Brown, NamedColor.Grey, NamedColor.Red]);
        return new Identity
        {
            Presentation = man ? Presentation.Man : Presentation.Woman,
            SkinTone = r.Unit(),
            SkinWarmth = r.Bell(),
            FaceWidth = faceWidth,
            FaceHeight = r.BellRange(16.5f, 20f) + (man ? 0.3f : -0.3f),
            Jaw = Math.Clamp(r.Range(0.55f, 1f) + (man ? 0.06f : -0.06f), 0.55f, 1f),
            Chin = r.Range(0.15f, 0.5f) + (man ? 0.05f : 0f),
            EarSize = r.Range(0.7f, 1.4f),
            HairColor = hair,
            HairStyle = style,
            HairDetail = r.Unit(),
            EyeColor = eye,
            EyeSpacing = r.Range(MathF.Max(5.4f, eyeSize + 1.7f), MathF.Min(8.6f, faceWidth - 0.85f * eyeSize)),
            EyeSize = eyeSize,
            EyeRoundness = r.Range(0.5f, 1f),
            EyeTilt = r.Range(-0.25f, 0.25f),
            EyeHeight = r.Range(-1.8f, 1.8f),
            Lashes = man ? r.Range(0f, 0.25f) : r.Range(0.35f, 1f),
            BrowThickness = man ? r.Range(1.2f, 2.8f) : r.Range(0.8f, 2f),
            BrowAngle = r.Range(-0.38f, 0.28f),
            BrowArch = r.Range(0f, 2f),
            BrowColor = brow,
            NoseLength = r.Range(4.5f, 9.2f),
            NoseWidth = r.Range(1.5f, 4f),
            NoseBridge = r.Unit(),
            MouthWidth = r.Range(3.6f, 7.4f),
            MouthFullness = r.Range(0.8f, 2.1f) + (man ? -0.1f : 0.4f),
            LipTone = man ? r.Range(0f, 0.55f) : r.Range(0.2f, 1f),
            Beard = beard,
            BeardColor = beardColor,
            Freckles = r.Chance(0.22f) ? r.Range(0.4f, 1f) : 0f,
            Blush = r.Chance(0.4f) ? r.Range(0.2f, 1f) : 0f,
            Mole = r.Chance(0.2f),
            MoleX = (r.Chance(0.5f) ? 1 : -1) * r.Range(0.35f, 0.65f),
            MoleY = r.Range(0.05f, 0.7f),
        };
    }
}
