namespace Workbench.Worlds;

/// <summary>The colours that captions can name.</summary>
public enum NamedColor
{
    /// <summary>Red.</summary>
    Red,
    /// <summary>Orange.</summary>
    Orange,
    /// <summary>Yellow.</summary>
    Yellow,
    /// <summary>Green.</summary>
    Green,
    /// <summary>Blue.</summary>
    Blue,
    /// <summary>Purple.</summary>
    Purple,
    /// <summary>Pink.</summary>
    Pink,
    /// <summary>Brown.</summary>
    Brown,
    /// <summary>Black.</summary>
    Black,
    /// <summary>White.</summary>
    White,
    /// <summary>Grey.</summary>
    Grey,
    /// <summary>Blond, of hair only.</summary>
    Blond,
}

/// <summary>A named colour with a slight variation, so that no two reds are quite the same.</summary>
/// <param name="Name">The colour word.</param>
/// <param name="Light">Lighter or darker, in [-1,1].</param>
/// <param name="Warm">Warmer or cooler, in [-1,1].</param>
public readonly record struct Tone(NamedColor Name, float Light, float Warm)
{
    /// <summary>The colours of things: all but <see cref="NamedColor.Blond"/>.</summary>
    public static ReadOnlySpan<NamedColor> Things =>
    [
        NamedColor.Red, NamedColor.Orange, NamedColor.Yellow, NamedColor.Green, NamedColor.Blue, NamedColor.Purple,
        NamedColor.Pink, NamedColor.Brown, NamedColor.Black, NamedColor.White, NamedColor.Grey,
    ];

    /// <summary>Any colour of things.</summary>
    public static Tone Draw(ref WorldRandom random) => Draw(ref random, Things);

    /// <summary>One of <paramref name="names"/>, varied.</summary>
    public static Tone Draw(ref WorldRandom random, ReadOnlySpan<NamedColor> names) => Vary(random.Pick(names), ref random);

    /// <summary>A variation of <paramref name="name"/>.</summary>
    public static Tone Vary(NamedColor name, ref WorldRandom random) => new(name, random.Bell(), random.Bell());
}
