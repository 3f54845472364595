using Workbench.Perturbations;
using Workbench.Purification;

namespace Workbench.Experiments;

/// <summary>
/// The paper's table 1, filled: every purifier against every protection, each trained and sampled with and without contrastive decoupling and
/// with and without the negative prompt, which the paper gives to its own defense alone.
/// </summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record DefenseGrid
{
    private const string PaperChain = "code-sr";

    /// <summary>Chains of purifiers, the rows; <c>none</c> is the baseline that marks test against.</summary>
    public IReadOnlyList<string> Chains { get; init; } = ["none", "gau", "jpeg", "ldiffp", "gridpure", PurifierStudy.ShortImpress, "code", "sr", "code-sr"];

    /// <summary>
    /// Names of the perturbation catalog, the columns. Clean photos are always run beside, without a purifier and behind the paper's own where
    /// that is among the <see cref="Chains"/>.
    /// </summary>
    public IReadOnlyList<string> Protections { get; init; } = ["aspl", "encoder"];

    /// <summary>Training and sampling.</summary>
    public IReadOnlyList<DefenseMode> Modes { get; init; } = DefenseMode.All;

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>Seeds for each person.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Budget in 8-bit levels.</summary>
    public double BudgetLevels { get; init; } = 11;

    /// <summary>Settings of every scenario.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>Nine chains, two protections, four people: 80 cells, 160 trainings, 320 runs; about two hours of one core with 16-bit matrix units, five of one without.</summary>
    public static DefenseGrid Default { get; } = new();

    /// <summary>All purifiers against the paper's seven protections: 484 cells, 968 trainings, 1,936 runs; about thirty-five hours of one core without 16-bit matrix units.</summary>
    public static DefenseGrid Full { get; } = new()
    {
        Chains = PurifierStudy.AllChains, Protections = ["fsmg", "aspl", "e-aspl", "metacloak", "advdm", "encoder", "glaze"],
    };

    /// <summary>For photos of real people: <see cref="Default"/> with the paper's settings and IMPRESS in full length.</summary>
    public static DefenseGrid RealScale { get; } = Default with { Chains = PurifierStudy.FullLength(Default.Chains), Config = ScenarioConfig.Paper };

    /// <summary>One person, three cells, a handful of steps: shows that everything runs, measures nothing.</summary>
    public static DefenseGrid Smoke { get; } = new() { Chains = ["none", "jpeg"], Protections = ["encoder"], Subjects = 1, Config = ScenarioConfig.Smoke };

    /// <summary>This grid without the chains whose models are missing.</summary>
    /// <param name="sources">The models at hand.</param>
    /// <returns>The grid that can be run; and for every other chain, its name and why.</returns>
    public (DefenseGrid Grid, IReadOnlyList<string> LeftOut) Among(PurifierSources sources)
    {
        var (chains, leftOut) = AvailableChains.Of(Chains, sources);
        return (this with { Chains = chains }, leftOut);
    }

    /// <summary>The scenarios, person by person, modes innermost so that two of them share a training.</summary>
    /// <exception cref="ArgumentException">A list is empty, or a protection is unknown.</exception>
    public IReadOnlyList<Scenario> Scenarios()
    {
        if (Chains.Count == 0 || Protections.Count == 0 || Modes.Count == 0) throw new ArgumentException("The grid needs at least one chain, one protection and one mode.");
        PerturbationCatalog.Require(Protections, ProtectionStudy.Clean);
        (string Protection, string Chain)[] cells =
            [(ProtectionStudy.Clean, "none"), .. Chains.Where(c => c == PaperChain).Select(c => (ProtectionStudy.Clean, c)), .. from protection in Protections from chain in Chains select (protection, chain)];
        return ScenarioGrid.Cross(Subjects, Seeds, (subject, seed) =>
            from cell in cells.Distinct()
            from mode in Modes
            select Scenario.Of(Condition(cell.Protection, cell.Chain, mode), cell.Protection, BudgetLevels, subject, seed)
                with { Purifier = cell.Chain, Decoupling = mode.Decoupling });
    }

    /// <summary>The runs in <paramref name="folder"/>.</summary>
    /// <param name="folder">Keeps the runs.</param>
    /// <param name="work">Where photos are shared, and finished runs to take over; null: neither.</param>
    public ScenarioGrid In(string folder, StudyWork? work = null) =>
        new(folder, Scenarios(), Config) { CacheFolder = work?.CacheFolder, ReuseFolders = work?.ReuseFolders ?? [] };

    // A condition names a folder.
    private static string Condition(string protection, string chain, DefenseMode mode) =>
        $"{protection}+{string.Concat(chain.Select(c => c switch { '(' => ".", ')' => "", ' ' => "", ',' => ".", _ => c.ToString() }))}+{mode.Name}";
}
