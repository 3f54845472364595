using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench study ablations | defenses</c>: the measurements behind the tables of notebook 05.</summary>
internal static class StudyTableVerbs
{
    public static Command Ablations()
    {
        var output = Output("ablations");
        var common = new Common(AblationStudy.Full.Subjects, AblationStudy.Full.Budget);
        var part = new Option<string>("--part") { Description = "switches, sweeps or all.", DefaultValueFactory = _ => "all" };
        part.AcceptOnlyFromAmong("switches", "sweeps", "all");
        var tokens = new Option<string[]>("--noise-tokens") { Description = "Noise tokens beside the paper's; a training each.", AllowMultipleArgumentsPerToken = true };
        var weights = new Option<double[]>("--prior-weights") { Description = "Prior weights beside 1; a training each.", AllowMultipleArgumentsPerToken = true };
        var identifiers = new Option<string[]>("--identifiers") { Description = "Identifiers beside sks; a training each.", AllowMultipleArgumentsPerToken = true };
        var guidance = new Option<double[]>("--guidance") { Description = "Guidance weights; sampling only.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("ablations", "Which part of the defense does what: five switches in all combinations, and sweeps. About 10 core-minutes a person; 14 with CodeFormer.")
        {
            output, part, tokens, weights, identifiers, guidance,
        };
        common.AddTo(command);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = common.IsSmoke(parse) ? AblationStudy.Smoke : AblationStudy.Full;
            var study = preset with
            {
                Subjects = common.Subjects(parse) ?? preset.Subjects,
                Seeds = common.Seeds(parse),
                Budget = common.Budget(parse),
                Perturbation = common.Method(parse) ?? preset.Perturbation,
                WithSwitches = parse.GetRequiredValue(part) is not "sweeps",
                WithSweeps = parse.GetRequiredValue(part) is not "switches",
                NoiseTokens = Given(parse.GetValue(tokens)) ?? preset.NoiseTokens,
                PriorWeights = Given(parse.GetValue(weights)) ?? preset.PriorWeights,
                Identifiers = Given(parse.GetValue(identifiers)) ?? preset.Identifiers,
                GuidanceScales = Given(parse.GetValue(guidance)) ?? preset.GuidanceScales,
            };
            using var mini = common.Load(parse);
            var folder = parse.GetRequiredValue(output);
            var (index, count) = common.Part(parse);
            var report = study.Run(folder, ScenarioModels.Of(mini), index, count, new StudyVerb.Lines(), cancellation);
            return Wrote(folder, report.Runs);
        }));
        return command;
    }

    public static Command Defenses()
    {
        var output = Output("defenses");
        var common = new Common(DefenseStudy.Full.Subjects, DefenseStudy.Full.Budget);
        var protections = new Option<string[]>("--protections") { Description = $"Some of {string.Join(", ", PerturbationCatalog.Names)}.", AllowMultipleArgumentsPerToken = true };
        var chains = new Option<string[]>("--chains")
        {
            Description = $"Purifier chains beside none and the paper's, or all: {string.Join(", ", DefenseStudy.AllChains)}. A training each, two with the attack; diffusion purifiers are slow.", AllowMultipleArgumentsPerToken = true,
        };
        var isPlain = new Option<bool>("--no-attack") { Description = "Leaves the adaptive attack out." };
        var isPaper = new Option<bool>("--paper-attack") { Description = "Every chain is attacked as in the paper, by six steps of AdvDM; by default only slow ones." };
        var decouplesAll = new Option<bool>("--cdl-for-all") { Description = "Decoupling with every chain, not with the paper's alone." };
        var command = new Command("defenses", "Every purifier after DreamBooth (table 1), and under a protector who knows it (table 3). About 15 core-minutes a person.")
        {
            output, protections, chains, isPlain, isPaper, decouplesAll,
        };
        common.AddTo(command, withMethod: false);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = common.IsSmoke(parse) ? DefenseStudy.Smoke : DefenseStudy.Full;
            var study = preset with
            {
                Subjects = common.Subjects(parse) ?? preset.Subjects,
                Seeds = common.Seeds(parse),
                Budget = common.Budget(parse),
                Protections = Given(parse.GetValue(protections)) ?? preset.Protections,
                Chains = Given(parse.GetValue(chains)) is { } given ? given is ["all"] ? DefenseStudy.AllChains : given : preset.Chains,
                IsAdaptive = !parse.GetValue(isPlain),
                UsesPaperAttack = parse.GetValue(isPaper),
                DecouplesAll = parse.GetValue(decouplesAll),
            };
            using var mini = common.Load(parse);
            var folder = parse.GetRequiredValue(output);
            var (index, count) = common.Part(parse);
            var report = study.Run(folder, ScenarioModels.Of(mini), index, count, new StudyVerb.Lines(), cancellation);
            return Wrote(folder, report.Runs);
        }));
        return command;
    }

    private static Option<string> Output(string name) => new("--out")
    {
        Description = "Folder of runs and report; finished runs in it are kept.", DefaultValueFactory = _ => Path.Combine("data", "results", name),
    };

    private static T[]? Given<T>(T[]? values) => values is { Length: > 0 } ? values : null;

    private static int Wrote(string folder, StudyRuns runs)
    {
        foreach (var missing in runs.LeftOut) AnsiConsole.MarkupLineInterpolated($"[yellow]not run: {missing}[/]");
        AnsiConsole.MarkupLineInterpolated($"{runs.Runs.Count} runs of {runs.People} people; wrote {Path.Combine(folder, "results.md")}");
        return 0;
    }

    /// <summary>The options that both verbs have.</summary>
    private sealed class Common
    {
        private readonly Option<string?> model = new("--model") { Description = "Model folder; by default the mini world's." };
        private readonly Option<string> profile = new("--profile") { Description = "Full, or Smoke: seconds, measures nothing.", DefaultValueFactory = _ => "Full" };
        private readonly Option<string?> method = new("--method") { Description = "The protection; by default aspl." };
        private readonly Option<int?> subjects;
        private readonly Option<int> seeds = new("--seeds") { Description = "Seeds for each person.", DefaultValueFactory = _ => 1 };
        private readonly Option<double> budget;
        private readonly Option<string> shard = StudyVerb.Shard();

        public Common(int people, LinfBudget size)
        {
            profile.AcceptOnlyFromAmong("Full", "Smoke");
            subjects = new("--subjects") { Description = $"Held-out people; {people} by default." };
            budget = new("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => size.Levels };
        }

        public void AddTo(Command command, bool withMethod = true)
        {
            foreach (var option in new Option[] { model, profile, subjects, seeds, budget, shard }) command.Options.Add(option);
            if (withMethod) command.Options.Add(method);
        }

        public bool IsSmoke(ParseResult parse) => parse.GetRequiredValue(profile) == "Smoke";

        public int? Subjects(ParseResult parse) => parse.GetValue(subjects);

        public int Seeds(ParseResult parse) => parse.GetValue(seeds);

        public LinfBudget Budget(ParseResult parse) => LinfBudget.Of255(parse.GetValue(budget));

        public string? Method(ParseResult parse) => parse.GetValue(method);

        public MiniWorldModels Load(ParseResult parse) => MiniWorldModels.Load(parse.GetValue(model));

        public (int Part, int Parts) Part(ParseResult parse) => StudyVerb.Part(parse.GetRequiredValue(shard));
    }
}
