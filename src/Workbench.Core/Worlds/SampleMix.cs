namespace Workbench.Worlds;

/// <summary>The proportions of a stream of samples.</summary>
public sealed record SampleMix
{
    /// <summary>The default: 60 % people, 6.5 % of each thing, 7.5 % patterns, 30 % degraded.</summary>
    public static SampleMix Default { get; } = new();

    /// <summary>Clean portraits only.</summary>
    public static SampleMix CleanPeople { get; } = new() { Person = 1f, Thing = 0f, Pattern = 0f, Degraded = 0f };

    /// <summary>Share of people.</summary>
    public float Person { get; init; } = 0.60f;

    /// <summary>Share of each of the five things: cat, house, flower, tree, car.</summary>
    public float Thing { get; init; } = 0.065f;

    /// <summary>Share of abstract patterns.</summary>
    public float Pattern { get; init; } = 0.075f;

    /// <summary>Share of degraded pictures among people and things.</summary>
    public float Degraded { get; init; } = 0.30f;

    /// <summary>Share of the well-known people among people: captions call them by name (<see cref="WellKnownPeople"/>).</summary>
    public float Named { get; init; }

    /// <summary>Draw held-out identities instead of training ones: for evaluation only.</summary>
    public bool HeldOut { get; init; }

    internal WorldClass DrawClass(ref WorldRandom random) =>
        (WorldClass)random.Weighted([Person, Thing, Thing, Thing, Thing, Thing, Pattern]);
}
