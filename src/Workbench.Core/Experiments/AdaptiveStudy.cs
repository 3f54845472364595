using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Purification;

namespace Workbench.Experiments;

/// <summary>
/// The adaptive attack (arXiv 2406.18944, table 3): what is every purifier worth, and the whole pipeline, against a protector who knows it? The same
/// photos, training and sampling before and after. Table 1 is <see cref="DefenseGrid"/>.
/// </summary>
/// <remarks>
/// The paper attacks its own purifier only, with six steps of AdvDM at 16/255. Here the protection under study is made through each purifier
/// (<see cref="AdaptiveAttack"/>), at the size at which it was made without, so that before and after differ in that knowledge alone; and once
/// with the noise token known too. Through purifiers that take many network passes a picture it is the paper's attack, of six steps; that attack
/// is then run without the purifier too, as its own "before".
/// Chains whose networks the folder lacks are left out and named.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record AdaptiveStudy
{
    /// <summary>Names of the perturbation catalog.</summary>
    public IReadOnlyList<string> Protections { get; init; } = ["aspl"];

    /// <summary>Purifier chains; <c>none</c> and the paper's chain are always among them.</summary>
    public IReadOnlyList<string> Chains { get; init; } = ["gau", "jpeg"];

    /// <summary>The paper's adaptive attack: six steps of AdvDM with guidance.</summary>
    public const string PaperAttack = "advdm-guided";

    /// <summary>The size at which the paper attacks its purifier, 16/255; all else it protects at 11/255.</summary>
    public static LinfBudget PaperBudget { get; } = LinfBudget.Of255(16);

    /// <summary>Attacks every chain by <see cref="PaperAttack"/>, not the slow ones alone.</summary>
    public bool UsesPaperAttack { get; init; }

    /// <summary>Adds decoupling to every chain, not to the paper's alone.</summary>
    public bool DecouplesAll { get; init; }

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>Seeds for each person.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Size of the protections.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Settings of every run.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>Four people, ASPL, three purifiers and the pipeline before and after: about 50 minutes on one core.</summary>
    public static AdaptiveStudy Full { get; } = new();

    /// <summary>One person, one purifier, a handful of steps: shows that everything runs, measures nothing.</summary>
    public static AdaptiveStudy Smoke { get; } = new() { Subjects = 1, Chains = ["gau"], Config = ScenarioConfig.Smoke };

    /// <summary>The runs that these models allow, person by person, and a line for each chain that they do not.</summary>
    public (IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> LeftOut) Scenarios(PurifierSources sources)
    {
        Validate();
        var paper = AvailableChains.Paper(sources);
        var (chains, leftOut) = AvailableChains.Of([.. Chains.Append(paper).Prepend("none").Distinct(StringComparer.Ordinal)], sources);
        // The paper's attack may be among the protections too: then it is met twice, and run once.
        return (ScenarioGrid.Cross(Subjects, Seeds, (subject, seed) => Of(subject, seed, chains, paper, sources).DistinctBy(s => s.Key)), leftOut);
    }

    /// <summary>Runs what is not finished, and reports on all that is in the folder at this size of protection.</summary>
    /// <param name="folder">Keeps the runs; more may be added to them later.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">This process's part, and where photos are shared.</param>
    /// <param name="progress">Hears of every stage.</param>
    /// <param name="cancellationToken">Stops between two steps; finished runs stay.</param>
    public AdaptiveReport Run(
        string folder, ScenarioModels models, StudyWork? work = null, IProgress<ScenarioProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(StudyRuns.Make(folder, Scenarios(models.Purifiers), Config, models, work, progress, cancellationToken));

    private IEnumerable<Scenario> Of(int subject, ulong seed, IReadOnlyList<string> chains, string paper, PurifierSources sources)
    {
        var cdl = ContrastiveDecoupling.Paper;
        Scenario Photos(string condition) => new() { Condition = condition, Subject = subject, Seed = seed };
        foreach (var (index, protection) in Protections.Index())
            foreach (var chain in chains)
            {
                Scenario Run(string attack) => Photos($"{attack}+{Sign(chain)}") with { Perturbation = attack, BudgetLevels = Budget.Levels, Purifier = chain };
                var attack = UsesPaperAttack || IsSlow(chain, sources) ? PaperAttack : protection;
                var isDecoupled = DecouplesAll || chain == paper;
                // The paper's attack does not depend on the protection that it stands beside: once is enough.
                var isAttacked = chain != "none" && (attack == protection || index == 0);
                var run = Run(protection);
                yield return run;
                if (isDecoupled) yield return run with { Condition = run.Condition + "+cdl", Decoupling = cdl };
                // Before and after, and the photos without a defense, are of one attack.
                var before = Run(attack);
                if (isAttacked && attack != protection)
                {
                    yield return before with { Condition = $"{attack}+none", Purifier = "none" };
                    yield return before;
                    if (isDecoupled) yield return before with { Condition = before.Condition + "+cdl", Decoupling = cdl };
                }
                var through = before with { Condition = $"{attack}-through+{Sign(chain)}", Through = chain };
                if (isAttacked) yield return through;
                if (isAttacked && isDecoupled) yield return through with { Condition = through.Condition + "+cdl", Decoupling = cdl };
                if (isAttacked && chain == paper)
                    yield return through with { Condition = $"{attack}-through-all+{Sign(chain)}+cdl", Decoupling = cdl, KnowsDecoupling = true };
            }
    }

    // Hundreds of network passes a picture: some two hundred steps through them would take hours.
    private static bool IsSlow(string chain, PurifierSources sources) =>
        PurifierChain.Names(chain).Any(name => PurifierCatalog.IsRandom(name, sources) && PurifierCatalog.Find(name).Name != "tvm");

    // Folder names take few signs: "impress(200)" becomes "impress-200".
    private static string Sign(string chain) => string.Concat(chain.Replace(")", "", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'));

    private void Validate()
    {
        if (Protections.Count == 0) throw new ArgumentException("The comparison needs at least one protection.");
        PerturbationCatalog.Require(Protections);
    }
}
