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
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public static class PerturbationCatalog
{
    private static readonly Dictionary<string, Func<LinfBudget, Profile, IPerturbation>> Makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["random-sign"] = (budget, _) => new RandomNoise(budget, RandomNoiseKind.Sign),
        ["random-uniform"] = (budget, _) => new RandomNoise(budget, RandomNoiseKind.Uniform),
        ["encoder"] = (budget, profile) => new EncoderAttack(
            Pick(profile, EncoderAttackOptions.Paper, EncoderAttackOptions.MiniWorld, EncoderAttackOptions.Smoke).WithBudget(budget)),
        ["fsmg"] = (budget, profile) => new Fsmg(FsmgFor(profile).WithBudget(budget)),
        ["e-fsmg"] = (budget, profile) => new Fsmg(Pick(profile, FsmgOptions.PaperEnsemble, FsmgOptions.MiniWorldEnsemble, FsmgOptions.Smoke.AsEnsemble()).WithBudget(budget)),
        ["t-fsmg"] = (budget, profile) => new Fsmg(FsmgFor(profile).WithTarget().WithBudget(budget)),
        ["aspl"] = (budget, profile) => new Aspl(AsplFor(profile).WithBudget(budget)),
        ["e-aspl"] = (budget, profile) => new Aspl(Pick(profile, AsplOptions.Paper.AsEnsemble(), AsplOptions.MiniWorldEnsemble, AsplOptions.Smoke.AsEnsemble()).WithBudget(budget)),
        ["t-aspl"] = (budget, profile) => new Aspl(AsplFor(profile).WithTarget().WithBudget(budget)),
        ["metacloak"] = (budget, profile) => new MetaCloak(
            Pick(profile, MetaCloakOptions.Paper, MetaCloakOptions.MiniWorld, MetaCloakOptions.Smoke).WithBudget(budget)),
        ["advdm"] = (budget, profile) => new AdvDm(AdvDmFor(profile).WithBudget(budget)),
        ["advdm-guided"] = (budget, _) => new AdvDm(AdvDmOptions.AdaptiveAt(budget)),
        ["advdm-minus"] = (budget, profile) => new AdvDm((AdvDmFor(profile) with { Direction = AttackDirection.Descend }).WithBudget(budget)),
        ["sds"] = (budget, profile) => new Sds((SdsFor(profile) with { Direction = AttackDirection.Ascend }).WithBudget(budget)),
        ["sds-minus"] = (budget, profile) => new Sds(SdsFor(profile).WithBudget(budget)),
        ["sdst-minus"] = (budget, profile) => new Sds((SdsFor(profile) with { TargetWeight = 1 }).WithBudget(budget)),
        ["mist-semantic"] = (budget, profile) => MistOf(MistMode.Semantic, budget, profile),
        ["mist-textural"] = (budget, profile) => MistOf(MistMode.Textural, budget, profile),
        ["mist"] = (budget, profile) => MistOf(MistMode.Fused, budget, profile),
        ["photoguard-diffusion"] = (budget, profile) => new DiffusionAttack(
            Pick(profile, DiffusionAttackOptions.Paper, DiffusionAttackOptions.MiniWorld, DiffusionAttackOptions.Smoke).WithBudget(budget)),
        ["glaze"] = (budget, profile) => new Glaze(Pick(profile, GlazeOptions.Paper, GlazeOptions.MiniWorld, GlazeOptions.Smoke).WithBudget(budget)),
        ["simac"] = (budget, profile) => new SimAc(Pick(profile, SimAcOptions.Paper, SimAcOptions.MiniWorld, SimAcOptions.Smoke).WithBudget(budget)),
        ["caat"] = (budget, profile) => new Caat(Pick(profile, CaatOptions.Paper, CaatOptions.MiniWorld, CaatOptions.Smoke).WithBudget(budget)),
        ["disdiff"] = (budget, profile) => new DisDiff(Pick(profile, DisDiffOptions.Paper, DisDiffOptions.MiniWorld, DisDiffOptions.Smoke).WithBudget(budget)),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>The perturbation called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static IPerturbation Create(string name, LinfBudget budget, Profile profile = Profile.Paper)
    {
        Require([name]);
        return Makers[name](budget, profile);
    }

    /// <summary>Checks names before long work starts.</summary>
    /// <param name="names">Names of perturbations.</param>
    /// <param name="others">Further words that are allowed among them.</param>
    /// <exception cref="ArgumentException">One is unknown; the message lists those that are known.</exception>
    public static void Require(IEnumerable<string> names, params IReadOnlyList<string> others)
    {
        if (names.FirstOrDefault(n => !Makers.ContainsKey(n) && !others.Contains(n, StringComparer.Ordinal)) is { } unknown)
            throw new ArgumentException($"Unknown perturbation '{unknown}'; there are: {string.Join(", ", others.Concat(Names))}.", nameof(names));
    }

    private static AdvDmOptions AdvDmFor(Profile profile) => Pick(profile, AdvDmOptions.Paper, AdvDmOptions.MiniWorld, AdvDmOptions.Smoke);

    private static AsplOptions AsplFor(Profile profile) => Pick(profile, AsplOptions.Paper, AsplOptions.MiniWorld, AsplOptions.Smoke);

    private static FsmgOptions FsmgFor(Profile profile) => Pick(profile, FsmgOptions.Paper, FsmgOptions.MiniWorld, FsmgOptions.Smoke);

    private static SdsOptions SdsFor(Profile profile) => Pick(profile, SdsOptions.Paper, SdsOptions.MiniWorld, SdsOptions.Smoke);

    private static Mist MistOf(MistMode mode, LinfBudget budget, Profile profile) =>
        new((Pick(profile, MistOptions.Paper, MistOptions.MiniWorld, MistOptions.Smoke) with { Mode = mode }).WithBudget(budget));

    private static T Pick<T>(Profile profile, T paper, T mini, T smoke) => profile switch
    {
        Profile.Paper => paper,
        Profile.MiniWorld => mini,
        Profile.Smoke => smoke,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Unknown profile."),
    };
}
