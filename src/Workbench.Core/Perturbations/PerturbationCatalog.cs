namespace Workbench.Perturbations;

/// <summary>How much time a preset may take.</summary>
public enum Profile
{
    /// <summary>The published settings, for real Stable Diffusion on a GPU.</summary>
    Paper,

    /// <summary>Settings for the embedded mini world, minutes on a CPU.</summary>
    MiniWorld,

    /// <summary>Seconds on a CPU; shows that everything runs.</summary>
    Smoke,
}

/// <summary>The perturbations by name.</summary>
public static class PerturbationCatalog
{
    private static readonly Dictionary<string, Func<LinfBudget, Profile, IPerturbation>> Makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["random-sign"] = (budget, _) => new RandomNoise(budget, RandomNoiseKind.Sign),
        ["random-uniform"] = (budget, _) => new RandomNoise(budget, RandomNoiseKind.Uniform),
        ["encoder"] = (budget, profile) => new EncoderAttack(
            Pick(profile, EncoderAttackOptions.Paper, EncoderAttackOptions.MiniWorld, EncoderAttackOptions.Smoke).WithBudget(budget)),
        ["fsmg"] = (budget, profile) => new Fsmg(Pick(profile, FsmgOptions.Paper, FsmgOptions.MiniWorld, FsmgOptions.Smoke).WithBudget(budget)),
        ["aspl"] = (budget, profile) => new Aspl(Pick(profile, AsplOptions.Paper, AsplOptions.MiniWorld, AsplOptions.Smoke).WithBudget(budget)),
        ["advdm"] = (budget, profile) => new AdvDm(AdvDmFor(profile).WithBudget(budget)),
        ["advdm-minus"] = (budget, profile) => new AdvDm((AdvDmFor(profile) with { Direction = AttackDirection.Descend }).WithBudget(budget)),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>The perturbation called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static IPerturbation Create(string name, LinfBudget budget, Profile profile = Profile.Paper) => Makers.TryGetValue(name, out var make)
        ? make(budget, profile)
        : throw new ArgumentException($"Unknown perturbation '{name}'; there are: {string.Join(", ", Names)}.", nameof(name));

    private static AdvDmOptions AdvDmFor(Profile profile) => Pick(profile, AdvDmOptions.Paper, AdvDmOptions.Paper, AdvDmOptions.Smoke);

    private static T Pick<T>(Profile profile, T paper, T mini, T smoke) => profile switch
    {
        Profile.Paper => paper,
        Profile.MiniWorld => mini,
        Profile.Smoke => smoke,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Unknown profile."),
    };
}
