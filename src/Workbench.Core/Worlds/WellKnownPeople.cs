namespace Workbench.Worlds;

/// <summary>
/// The people whom captions call by name: "a photo of kvq person". Text-to-image models know thousands of names, and so the word before "person" is a
/// place where they look for an identity; a subject's identifier, such as "sks", is a word that stands there and names nobody yet.
/// </summary>
/// <remarks>
/// Without them the mini world's UNet learned to pass over rare words, and contrastive decoupling then tied the person to the noise token instead.
/// </remarks>
public static class WellKnownPeople
{
    /// <summary>How many there are: training identities 0, 1, 2, ….</summary>
    public const int Count = 40;

    private const int Unnamed = 20;

    /// <summary>The name of training identity <paramref name="number"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The identity has no name.</exception>
    public static string Name(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        return CaptionWords.Rare[Unnamed + number];
    }

    /// <summary>The rare words that name nobody, "sks" and "bhj" among them.</summary>
    internal static ReadOnlySpan<string> OtherRareWords => CaptionWords.Rare.AsSpan(0, Unnamed);
}
