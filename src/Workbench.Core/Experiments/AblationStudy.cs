using System.Globalization;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Purification;

namespace Workbench.Experiments;

/// <summary>
/// Which part of the defense does what (arXiv 2406.18944, table 4 and the sensitivity appendix): five switches in all combinations, and sweeps
/// over the noise token, the prior weight, the identifier and guidance around the whole defense.
/// </summary>
/// <remarks>
/// Runs that differ in sampling alone are neighbours and share one training, so 32 combinations take 8 trainings, and guidance takes none.
/// Without a network for a switch (CodeFormer, the upscaler) its combinations are left out and named.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record AblationStudy
{
    /// <summary>Condition: unprotected photos, plain DreamBooth.</summary>
    public const string Clean = "clean";

    /// <summary>Condition: the whole defense on unprotected photos.</summary>
    public const string CleanDefended = "clean+defense";

    /// <summary>Condition: no switch is on.</summary>
    public const string Nothing = "nothing";

    /// <summary>Held-out people.</summary>
    public int Subjects { get; init; } = 4;

    /// <summary>Seeds for each person.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The protection.</summary>
    public string Perturbation { get; init; } = "aspl";

    /// <summary>Its size.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Runs the switches in all combinations.</summary>
    public bool WithSwitches { get; init; } = true;

    /// <summary>Runs the sweeps.</summary>
    public bool WithSweeps { get; init; } = true;

    /// <summary>Noise tokens beside the paper's; a training each.</summary>
    public IReadOnlyList<string> NoiseTokens { get; init; } = ["xjy noisy pattern", "sks noise"];

    /// <summary>Prior weights λ beside 1; a training each.</summary>
    public IReadOnlyList<double> PriorWeights { get; init; } = [0.5, 1.2, 2];

    /// <summary>Identifiers beside the one that the protector expects; two trainings each, with decoupling and without.</summary>
    public IReadOnlyList<string> Identifiers { get; init; } = ["t@t"];

    /// <summary>Guidance weights beside the study's; sampling only.</summary>
    public IReadOnlyList<double> GuidanceScales { get; init; } = [1, 4, 7.5];

    /// <summary>Settings of every run.</summary>
    public ScenarioConfig Config { get; init; } = ScenarioConfig.MiniWorld;

    /// <summary>Four people: about 40 minutes on one core, an hour with CodeFormer.</summary>
    public static AblationStudy Full { get; } = new();

    /// <summary>One person, a handful of steps: shows that everything runs, measures nothing.</summary>
    public static AblationStudy Smoke { get; } = new() { Subjects = 1, PriorWeights = [2], GuidanceScales = [1], Config = ScenarioConfig.Smoke };

    /// <summary>The runs that these models allow, person by person, and a line for each chain that they do not.</summary>
    public (IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> LeftOut) Scenarios(PurifierSources sources)
    {
        if (!WithSwitches && !WithSweeps) throw new ArgumentException("Neither switches nor sweeps: there is nothing to run.");
        var (chains, leftOut) = AvailableChains.Of(["none", "code", "sr", "code-sr"], sources);
        var whole = AvailableChains.Paper(sources);
        return (ScenarioGrid.Cross(Subjects, Seeds, (subject, seed) => Of(subject, seed, chains, whole)), leftOut);
    }

    /// <summary>Runs what is not finished, and reports on all that is in the folder at this size of protection.</summary>
    /// <param name="folder">Keeps the runs; more may be added to them later.</param>
    /// <param name="models">Left unchanged.</param>
    /// <param name="work">This process's part, and where photos are shared.</param>
    /// <param name="progress">Hears of every stage.</param>
    /// <param name="cancellationToken">Stops between two steps; finished runs stay.</param>
    public AblationReport Run(
        string folder, ScenarioModels models, StudyWork? work = null, IProgress<ScenarioProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(StudyRuns.Make(folder, Scenarios(models.Purifiers), Config, models, work, progress, cancellationToken)) { Config = Config };

    private IEnumerable<Scenario> Of(int subject, ulong seed, IReadOnlyList<string> chains, string whole)
    {
        Scenario Photos(string condition) => new() { Condition = condition, Subject = subject, Seed = seed };
        Scenario Guarded(string condition, string chain, ContrastiveDecoupling parts) => Photos(condition) with
        {
            Perturbation = Perturbation, BudgetLevels = Budget.Levels, Purifier = chain, Decoupling = parts,
        };
        yield return Photos(Clean);
        yield return Photos(CleanDefended + "+" + whole) with { Purifier = whole, Decoupling = ContrastiveDecoupling.Paper };
        foreach (var chain in chains)
            foreach (var training in new[] { false, true })
            {
                var isWhole = chain == whole && training;
                // Sweeps alone stand beside the whole defense and the purifier by itself.
                foreach (var parts in Combinations(training).Where(p => WithSwitches || (chain == whole && p == (training ? ContrastiveDecoupling.Paper : ContrastiveDecoupling.Off))))
                    yield return Guarded(Name(chain, parts), chain, parts);
                if (isWhole && WithSweeps)
                    foreach (var weight in GuidanceScales)
                        yield return Guarded(Moved(whole, "guidance", weight), whole, ContrastiveDecoupling.Paper) with { GuidanceScale = weight };
            }
        if (!WithSweeps) yield break;
        foreach (var token in NoiseTokens)
            yield return Guarded(Moved(whole, "noise-string", token), whole, ContrastiveDecoupling.Paper with { NoiseToken = token });
        foreach (var weight in PriorWeights)
            yield return Guarded(Moved(whole, "lambda", weight), whole, ContrastiveDecoupling.Paper) with { PriorLossWeight = weight };
        foreach (var word in Identifiers)
        {
            yield return Guarded(Moved(whole, "identifier", word), whole, ContrastiveDecoupling.Paper) with { Identifier = word };
            // An identifier of more tokens may learn more by itself: what decoupling costs it needs its own baseline.
            yield return Guarded(Moved(whole, "identifier", word) + "+plain", whole, ContrastiveDecoupling.Off) with { Identifier = word };
        }
    }

    private static IEnumerable<ContrastiveDecoupling> Combinations(bool training) =>
        from suffix in new[] { false, true }
        from negative in new[] { false, true }
        select ContrastiveDecoupling.Paper with { TrainWithNoiseToken = training, SuffixAtSampling = suffix, NegativeAtSampling = negative };

    private static string Name(string chain, ContrastiveDecoupling parts)
    {
        var run = new Scenario { Condition = Nothing, Subject = 0, Seed = 0, Purifier = chain, Decoupling = parts };
        return string.Join('+', AblationSwitch.All.Where(s => s.IsOn(run)).Select(s => s.Name)) is { Length: > 0 } name ? name : Nothing;
    }

    // Folder names take few signs: "t@t" becomes "t-t".
    private static string Moved(string chain, string sweep, object value) =>
        string.Concat($"{chain}+{sweep}-{string.Format(CultureInfo.InvariantCulture, "{0}", value)}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' ? c : '-'));
}
