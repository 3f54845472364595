using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>An endless stream of captioned pictures: sample number i of a seed is always the same. Thread-safe.</summary>
public static class WorldSampler
{
    /// <summary>How many held-out identities evaluation streams draw from.</summary>
    public const int HeldOutCount = 2_000;

    private static readonly IdentitySplit s_people = new(IdentitySplit.DefaultWorld);

    /// <summary>Draws and renders a sample.</summary>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="index">Number of the sample.</param>
    /// <param name="mix">Proportions; null for <see cref="SampleMix.Default"/>.</param>
    /// <param name="people">The identities; null for those of the shipped models.</param>
    public static WorldSample Sample(Seed seed, long index, SampleMix? mix = null, IdentitySplit? people = null)
    {
        var description = Describe(seed, index, mix, people);
        var random = new WorldRandom(seed.For(index).For("caption"));
        return new WorldSample(MiniWorld.Render(description), Captioner.Caption(description, ref random), description);
    }

    /// <summary>The same sample without the picture.</summary>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="index">Number of the sample.</param>
    /// <param name="mix">Proportions; null for <see cref="SampleMix.Default"/>.</param>
    /// <param name="people">The identities; null for those of the shipped models.</param>
    public static WorldDescription Describe(Seed seed, long index, SampleMix? mix = null, IdentitySplit? people = null)
    {
        mix ??= SampleMix.Default;
        people ??= s_people;
        var random = new WorldRandom(seed.For(index));
        var kind = mix.DrawClass(ref random);
        var degraded = kind != WorldClass.Pattern && random.Chance(mix.Degraded);
        var degradation = degraded ? Degradation.Draw(ref random) : null;
        if (kind != WorldClass.Person)
            return new WorldDescription(kind, null, null, SceneObject.Draw(kind, ref random), degradation);
        if (mix.Named > 0 && random.Chance(mix.Named))
        {
            var known = random.Below(WellKnownPeople.Count);
            return new WorldDescription(kind, people[known], Nuisance.Draw(ref random), null, degradation) { Name = WellKnownPeople.Name(known) };
        }
        var number = mix.HeldOut ? IdentitySplit.FirstHeldOut + random.Below(HeldOutCount) : IdentitySplit.DrawTraining(ref random);
        return new WorldDescription(kind, people[number], Nuisance.Draw(ref random), null, degradation);
    }
}
