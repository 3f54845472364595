using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>What a colour word looks like on cloth, hair, eyes and skin.</summary>
internal static class Palette
{
    private static readonly SKColor[] s_skin =
        [new(255, 228, 208), new(245, 204, 172), new(216, 162, 120), new(160, 106, 72), new(98, 62, 44)];

    /// <summary>A colour of things: cloth, paint, petals.</summary>
    public static SKColor Thing(Tone tone) => Vary(tone, tone.Name switch
    {
        NamedColor.Red => new(206, 40, 42),
        NamedColor.Orange => new(240, 136, 36),
        NamedColor.Yellow => new(244, 212, 60),
        NamedColor.Green => new(52, 150, 70),
        NamedColor.Blue => new(48, 92, 200),
        NamedColor.Purple => new(128, 66, 172),
        NamedColor.Pink => new(244, 142, 182),
        NamedColor.Brown => new(120, 76, 44),
        NamedColor.Black => new(36, 36, 40),
        NamedColor.White => new(240, 240, 236),
        NamedColor.Grey => new(142, 144, 148),
        _ => new(226, 192, 112),
    });

    /// <summary>A colour of hair.</summary>
    public static SKColor Hair(Tone tone) => Vary(tone, tone.Name switch
    {
        NamedColor.Black => new(30, 26, 28),
        NamedColor.Brown => new(98, 60, 34),
        NamedColor.Blond => new(232, 198, 112),
        NamedColor.Red => new(188, 74, 30),
        NamedColor.Grey => new(148, 148, 150),
        NamedColor.White => new(234, 232, 226),
        NamedColor.Blue => new(58, 96, 196),
        NamedColor.Pink => new(240, 132, 176),
        NamedColor.Green => new(60, 146, 84),
        NamedColor.Purple => new(126, 70, 166),
        _ => new(98, 60, 34),
    }, 0.7f);

    /// <summary>A colour of irises.</summary>
    public static SKColor Eye(Tone tone) => Vary(tone, tone.Name switch
    {
        NamedColor.Brown => new(122, 70, 30),
        NamedColor.Blue => new(62, 132, 226),
        NamedColor.Green => new(62, 158, 78),
        NamedColor.Grey => new(134, 150, 162),
        NamedColor.Orange => new(212, 138, 36),
        NamedColor.Black => new(38, 30, 28),
        NamedColor.Yellow => new(238, 206, 62),
        _ => new(134, 78, 190),
    }, 0.8f);

    /// <summary>Skin from light (0) to dark (1), rosy (-1) to golden (1).</summary>
    public static SKColor Skin(float tone, float warmth)
    {
        var place = Math.Clamp(tone, 0f, 1f) * (s_skin.Length - 1);
        var i = Math.Min((int)place, s_skin.Length - 2);
        var color = Mix(s_skin[i], s_skin[i + 1], place - i);
        return new SKColor(color.Red, Byte(color.Green + 7 * warmth), Byte(color.Blue - 12 * warmth));
    }

    /// <summary>From <paramref name="a"/> (0) to <paramref name="b"/> (1).</summary>
    public static SKColor Mix(SKColor a, SKColor b, float t) => new(
        Byte(a.Red + (b.Red - a.Red) * t), Byte(a.Green + (b.Green - a.Green) * t), Byte(a.Blue + (b.Blue - a.Blue) * t));

    /// <summary>Darker by a factor.</summary>
    public static SKColor Darker(SKColor c, float factor) => new(Byte(c.Red * factor), Byte(c.Green * factor), Byte(c.Blue * factor));

    /// <summary>Nearer to white.</summary>
    public static SKColor Lighter(SKColor c, float t) => Mix(c, SKColors.White, t);

    /// <summary>A line that shows on the colour: darker on light colours, lighter on very dark ones.</summary>
    public static SKColor Edge(SKColor c) => c.Red + c.Green + c.Blue < 150 ? Lighter(c, 0.18f) : Darker(c, 0.72f);

    private static SKColor Vary(Tone tone, SKColor color, float strength = 1f)
    {
        var gain = 1f + 0.18f * strength * tone.Light;
        var lift = 8f * strength * tone.Light;
        var warm = 12f * strength * tone.Warm;
        return new SKColor(Byte(color.Red * gain + lift + warm), Byte(color.Green * gain + lift), Byte(color.Blue * gain + lift - warm));
    }

    private static byte Byte(float value) => (byte)Math.Clamp(value + 0.5f, 0f, 255f);
}
