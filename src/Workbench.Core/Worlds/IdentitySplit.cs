using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>
/// The people of one world: identity number n is the same person whenever the world seed is the same. Training numbers and held-out
/// numbers are disjoint; every model trains on training identities only.
/// </summary>
/// <param name="worldSeed">Seed of the world.</param>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class IdentitySplit(Seed worldSeed)
{
    /// <summary>Training identities have the numbers 0..19999.</summary>
    public const int TrainingCount = 20_000;

    /// <summary>The first number of a held-out identity.</summary>
    public const int FirstHeldOut = 100_000;

    /// <summary>The world seed of the shipped models.</summary>
    public static Seed DefaultWorld { get; } = new(20260);

    private readonly Seed _people = worldSeed.For("identities");

    /// <summary>The seed of the world.</summary>
    public Seed WorldSeed { get; } = worldSeed;

    /// <summary>The person with the given number, training or held out.</summary>
    public Identity this[int number]
    {
        get
        {
            if (number < 0 || number is >= TrainingCount and < FirstHeldOut)
                throw new ArgumentOutOfRangeException(nameof(number), number,
                    $"training identities are 0..{TrainingCount - 1}, held-out ones {FirstHeldOut} and above");
            var random = new WorldRandom(_people.For(number));
            return IdentityDraw.Draw(ref random);
        }
    }

    /// <summary>The number of a random training identity.</summary>
    public static int DrawTraining(ref WorldRandom random) => random.Below(TrainingCount);
}
