using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>The held-out people that experiments protect and personalise.</summary>
/// <param name="people">The identities; null for those of the shipped models.</param>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class Subjects(IdentitySplit? people = null)
{
    private readonly IdentitySplit _people = people ?? new IdentitySplit(IdentitySplit.DefaultWorld);

    /// <summary>Held-out subject number k, counted from 0.</summary>
    public Subject HeldOut(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var number = IdentitySplit.FirstHeldOut + k;
        return new Subject(number, _people[number], _people.WorldSeed.For("subjects").For(number));
    }
}

/// <summary>
/// One subject with photo sets by name, laid out as in the paper: A is a clean reference (and trains surrogates), B is protected and
/// trained on, C is the reference of the evaluation. Any other name gives another set.
/// </summary>
/// <param name="Number">Number of the identity.</param>
/// <param name="Identity">The person.</param>
/// <param name="Seed">Seed of the photos.</param>
public sealed record Subject(int Number, Identity Identity, Seed Seed)
{
    /// <summary>The photos of a set: clean, varied in pose, light, background and clothes, the same every time.</summary>
    /// <param name="set">Name of the set: "A", "B" or "C".</param>
    /// <param name="count">Number of photos.</param>
    public IReadOnlyList<WorldSample> Photos(string set, int count = 4)
    {
        var samples = new WorldSample[count];
        for (var i = 0; i < count; i++)
        {
            var random = new WorldRandom(Seed.For(set).For(i));
            var description = new WorldDescription(WorldClass.Person, Identity, Nuisance.Draw(ref random), null, null);
            samples[i] = new WorldSample(MiniWorld.Render(description), Captioner.Caption(description, ref random), description);
        }
        return samples;
    }
}
