using Workbench.Experiments.Claims;
using Workbench.Personalization;
using Workbench.Perturbations;

namespace Workbench.Experiments;

/// <summary>
/// The study of the mini world: do protective perturbations break DreamBooth here, is it more than noise of the same size does, and do
/// purification and contrastive decoupling mend it? <see cref="Conditions"/> on held-out people, at several budgets and with several seeds: those of
/// the main question, those without the negative prompt, which tell its share from that of the noise token in training, and those of a protector who
/// knows the purifier.
/// </summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record MiniWorldStudy
{
    /// <summary>Names of the conditions.</summary>
    public const string Clean = "clean", Random = "random", Protected = "protected", Purified = "protected+purified",
        Decoupled = "protected+cdl", Both = "protected+purified+cdl", CleanBoth = "clean+purified+cdl",
        DecoupledNoNegative = "protected+cdl-no-negative", BothNoNegative = "protected+purified+cdl-no-negative";

    /// <summary>All conditions, in the order of tables and galleries.</summary>
    public static IReadOnlyList<string> Conditions { get; } =
        [Clean, Random, Protected, Purified, Decoupled, DecoupledNoNegative, Both, BothNoNegative, CleanBoth, Claim.Adaptive, Claim.AdaptiveBoth];

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 8;

    /// <summary>Seeds for each person: another protection, another training, other samples.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Budgets in 8-bit levels; the first is run first.</summary>
    public IReadOnlyList<double> Budgets { get; init; } = [11];

    /// <summary>The protection under study.</summary>
    public string Perturbation { get; init; } = "aspl";

    /// <summary>The purifier under study; the paper's: CodeFormer, then super-resolution.</summary>
    public string Purifier { get; init; } = "code-sr";

    /// <summary>The decoupling under study.</summary>
    public ContrastiveDecoupling Decoupling { get; init; } = ContrastiveDecoupling.Paper;

    /// <summary>Settings of every scenario.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>All conditions on eight people: about an hour on one core. More seeds and budgets are options.</summary>
    public static MiniWorldStudy Full { get; } = new();

    /// <summary>One person, one seed, one budget, a handful of steps: shows that everything runs, measures nothing.</summary>
    public static MiniWorldStudy Smoke { get; } = new() { Subjects = 1, Seeds = 1, Budgets = [11], Config = ScenarioConfig.Smoke };

    /// <summary>The scenarios, person by person, so that photos are shared and early results cover whole comparisons.</summary>
    public IReadOnlyList<Scenario> Scenarios()
    {
        Validate();
        return ScenarioGrid.Cross(Subjects, Seeds, Of);
    }

    /// <summary>The grid of this study in <paramref name="folder"/>.</summary>
    /// <param name="folder">Keeps the runs.</param>
    /// <param name="work">Where photos are shared, and finished runs to take over; null: neither.</param>
    public ScenarioGrid Grid(string folder, StudyWork? work = null) =>
        new(folder, Scenarios(), Config) { CacheFolder = work?.CacheFolder, ReuseFolders = work?.ReuseFolders ?? [] };

    private void Validate()
    {
        if (Budgets.Count == 0) throw new ArgumentException("A study needs at least one budget.");
        PerturbationCatalog.Require([Perturbation]);
    }

    private IEnumerable<Scenario> Of(int subject, ulong seed)
    {
        Scenario Plain(string condition) => new() { Condition = condition, Subject = subject, Seed = seed };
        yield return Plain(Clean);
        yield return Plain(CleanBoth) with { Purifier = Purifier, Decoupling = Decoupling };
        foreach (var levels in Budgets)
        {
            yield return Plain(Random) with { Perturbation = "random-sign", BudgetLevels = levels };
            var guarded = Plain(Protected) with { Perturbation = Perturbation, BudgetLevels = levels };
            yield return guarded;
            yield return guarded with { Condition = Purified, Purifier = Purifier };
            // Neighbours that differ in sampling alone share one training.
            var noNegative = Decoupling with { NegativeAtSampling = false };
            yield return guarded with { Condition = Decoupled, Decoupling = Decoupling };
            yield return guarded with { Condition = DecoupledNoNegative, Decoupling = noNegative };
            yield return guarded with { Condition = Both, Purifier = Purifier, Decoupling = Decoupling };
            yield return guarded with { Condition = BothNoNegative, Purifier = Purifier, Decoupling = noNegative };
            var aware = guarded with { Condition = Claim.Adaptive, Through = Purifier };
            yield return aware;
            yield return aware with { Condition = Claim.AdaptiveBoth, Purifier = Purifier, Decoupling = Decoupling };
        }
    }
}
