using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench study ablations | adaptive</c>: the measurements behind tables 4 and 3 of notebook 05.</summary>
internal static class StudyTableVerbs
{
    private const string Generations = "generations.png";

    public static Command Ablations()
    {
        var options = new StudyTableOptions("ablations", Path.Combine("data", "results", "ablations"), "Full", "Smoke");
        var (seeds, budget) = (Seeds(), Budget());
        var method = new Option<string?>("--method") { Description = "The protection; by default aspl." };
        var part = new Option<string>("--part") { Description = "switches, sweeps or all.", DefaultValueFactory = _ => "all" };
        part.AcceptOnlyFromAmong("switches", "sweeps", "all");
        var tokens = new Option<string[]>("--noise-tokens") { Description = "Noise tokens beside the paper's; a training each.", AllowMultipleArgumentsPerToken = true };
        var weights = new Option<double[]>("--prior-weights") { Description = "Prior weights beside 1; a training each.", AllowMultipleArgumentsPerToken = true };
        var identifiers = new Option<string[]>("--identifiers") { Description = "Identifiers beside sks; a training each.", AllowMultipleArgumentsPerToken = true };
        var guidance = new Option<double[]>("--guidance") { Description = "Guidance weights; sampling only.", AllowMultipleArgumentsPerToken = true };
        var command = options.Command("ablations", "Which part of the defense does what: five switches in all combinations, and sweeps. About 10 core-minutes a person; 14 with CodeFormer.",
            seeds, budget, method, part, tokens, weights, identifiers, guidance);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = options.Profile(parse) == "Smoke" ? AblationStudy.Smoke : AblationStudy.Full;
            var study = preset with
            {
                Subjects = options.Subjects(parse) ?? preset.Subjects,
                Seeds = parse.GetValue(seeds),
                Budget = LinfBudget.Of255(parse.GetValue(budget)),
                Perturbation = parse.GetValue(method) ?? preset.Perturbation,
                WithSwitches = parse.GetRequiredValue(part) is not "sweeps",
                WithSweeps = parse.GetRequiredValue(part) is not "switches",
                NoiseTokens = Given(parse.GetValue(tokens)) ?? preset.NoiseTokens,
                PriorWeights = Given(parse.GetValue(weights)) ?? preset.PriorWeights,
                Identifiers = Given(parse.GetValue(identifiers)) ?? preset.Identifiers,
                GuidanceScales = Given(parse.GetValue(guidance)) ?? preset.GuidanceScales,
            };
            using var mini = MiniWorldModels.Load(options.Model(parse));
            var report = study.Run(options.WorkFolder(parse), ScenarioModels.Of(mini), options.Work(parse), new StudyVerb.Lines(), cancellation);
            report.Write(options.Output(parse));
            return Wrote(options, parse, report.Runs, study.Scenarios(mini.Purifiers).Scenarios);
        }));
        return command;
    }

    public static Command Adaptive()
    {
        var options = new StudyTableOptions("adaptive", Path.Combine("data", "results", "adaptive"), "Full", "Smoke");
        var (seeds, budget) = (Seeds(), Budget());
        var protections = new Option<string[]>("--protections") { Description = $"Some of {string.Join(", ", PerturbationCatalog.Names)}.", AllowMultipleArgumentsPerToken = true };
        var chains = new Option<string[]>("--chains")
        {
            Description = $"Purifier chains beside none and the paper's, or all: {string.Join(", ", PurifierStudy.AllChains)}. Two trainings each; diffusion purifiers are slow.",
            AllowMultipleArgumentsPerToken = true,
        };
        var isPaper = new Option<bool>("--paper-attack") { Description = "Every chain is attacked as in the paper, by six steps of AdvDM; by default only slow ones." };
        var decouplesAll = new Option<bool>("--cdl-for-all") { Description = "Decoupling with every chain, not with the paper's alone." };
        var command = options.Command("adaptive", "The adaptive attack: every purifier, and the pipeline, against a protector who knows it. About 12 core-minutes a person.",
            seeds, budget, protections, chains, isPaper, decouplesAll);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = options.Profile(parse) == "Smoke" ? AdaptiveStudy.Smoke : AdaptiveStudy.Full;
            var study = preset with
            {
                Subjects = options.Subjects(parse) ?? preset.Subjects,
                Seeds = parse.GetValue(seeds),
                Budget = LinfBudget.Of255(parse.GetValue(budget)),
                Protections = Given(parse.GetValue(protections)) ?? preset.Protections,
                Chains = Given(parse.GetValue(chains)) is { } given ? given is ["all"] ? PurifierStudy.AllChains : given : preset.Chains,
                UsesPaperAttack = parse.GetValue(isPaper),
                DecouplesAll = parse.GetValue(decouplesAll),
            };
            using var mini = MiniWorldModels.Load(options.Model(parse));
            var report = study.Run(options.WorkFolder(parse), ScenarioModels.Of(mini), options.Work(parse), new StudyVerb.Lines(), cancellation);
            report.Write(options.Output(parse));
            return Wrote(options, parse, report.Runs, study.Scenarios(mini.Purifiers).Scenarios);
        }));
        return command;
    }

    private static Option<int> Seeds() => new("--seeds") { Description = "Seeds for each person.", DefaultValueFactory = _ => 1 };

    private static Option<double> Budget() => new("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => 11 };

    private static T[]? Given<T>(T[]? values) => values is { Length: > 0 } ? values : null;

    private static int Wrote(StudyTableOptions options, ParseResult parse, StudyRuns runs, IReadOnlyList<Scenario> scenarios)
    {
        StudyGallery.WriteGenerations(options.WorkFolder(parse), Path.Combine(options.Output(parse), Generations), scenarios);
        foreach (var missing in runs.LeftOut) AnsiConsole.MarkupLineInterpolated($"[yellow]not run: {missing}[/]");
        AnsiConsole.MarkupLineInterpolated($"{runs.Runs.Count} runs of {runs.People} people; wrote {Path.Combine(options.Output(parse), "results.md")}");
        return 0;
    }
}
