using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Perturbations;

namespace Workbench.Cli;

/// <summary><c>workbench study ablations | adaptive</c>: the measurements behind tables 4 and 3 of notebook 05.</summary>
internal static class StudyTableVerbs
{
    private const double DefaultBudget = 11;

    private const string Generations = "generations.png";

    public static Command Ablations()
    {
        var method = new Option<string?>("--method") { Description = "The protection; by default aspl." };
        var part = new Option<string>("--part") { Description = $"switches, sweeps, all, or one sweep: {string.Join(", ", AblationSweep.All.Select(s => s.Name))}.", DefaultValueFactory = _ => "all" };
        part.AcceptOnlyFromAmong(["switches", "sweeps", "all", .. AblationSweep.All.Select(s => s.Name)]);
        var tokens = Many<string>("--noise-tokens", "Noise tokens beside the paper's; a training each.");
        var weights = Many<double>("--prior-weights", "Prior weights beside 1; a training each.");
        var identifiers = Many<string>("--identifiers", "Identifiers beside sks; two trainings each, with decoupling and without.");
        var guidance = Many<double>("--guidance", "Guidance weights; sampling only.");
        return Create("ablations", "Which part of the defense does what: five switches in all combinations, and sweeps. About 10 core-minutes a person; 14 with CodeFormer.",
            [method, part, tokens, weights, identifiers, guidance], (parse, common) =>
            {
                var preset = common.IsSmoke ? AblationStudy.Smoke : AblationStudy.Full;
                var asked = parse.GetRequiredValue(part);
                IReadOnlyList<T> Sweep<T>(string name, Option<T[]> values, IReadOnlyList<T> usual) => asked is "sweeps" or "all" || asked == name ? Given(parse, values) ?? usual : [];
                var study = preset with
                {
                    Config = common.Config(preset.Config),
                    Subjects = common.Subjects ?? preset.Subjects,
                    Seeds = common.Seeds,
                    Budget = common.Budget,
                    Perturbation = parse.GetValue(method) ?? preset.Perturbation,
                    WithSwitches = asked is "switches" or "all",
                    WithSweeps = asked is not "switches",
                    NoiseTokens = Sweep("noise-string", tokens, preset.NoiseTokens),
                    PriorWeights = Sweep("lambda", weights, preset.PriorWeights),
                    Identifiers = Sweep("identifier", identifiers, preset.Identifiers),
                    GuidanceScales = Sweep("guidance", guidance, preset.GuidanceScales),
                };
                return new Study(models => study.Scenarios(models.Purifiers).Scenarios, (models, work, progress, cancellation) =>
                {
                    var report = study.Run(common.WorkFolder, models, work, progress, cancellation);
                    report.Write(common.Output);
                    return report.Runs;
                });
            });
    }

    public static Command Adaptive()
    {
        var protections = Many<string>("--protections", $"Some of {string.Join(", ", PerturbationCatalog.Names)}.");
        var chains = Many<string>("--chains", $"Purifier chains beside none and the paper's, or all: {string.Join(", ", PurifierStudy.AllChains)}. Two trainings each; diffusion purifiers are slow.");
        var isPaper = new Option<bool>("--paper-attack") { Description = "Every chain is attacked as in the paper, by six steps of AdvDM, and at 16 levels where --budget names no other; by default only slow ones." };
        var decouplesAll = new Option<bool>("--cdl-for-all") { Description = "Decoupling with every chain, not with the paper's alone." };
        return Create("adaptive", "The adaptive attack: every purifier, and the pipeline, against a protector who knows it. About 12 core-minutes a person.",
            [protections, chains, isPaper, decouplesAll], (parse, common) =>
            {
                var preset = common.IsSmoke ? AdaptiveStudy.Smoke : AdaptiveStudy.Full;
                var study = preset with
                {
                    Config = common.Config(preset.Config),
                    Subjects = common.Subjects ?? preset.Subjects,
                    Seeds = common.Seeds,
                    Budget = common.AskedBudget is null && parse.GetValue(isPaper) ? AdaptiveStudy.PaperBudget : common.Budget,
                    Protections = Given(parse, protections) ?? preset.Protections,
                    Chains = Given(parse, chains) is { } given ? given is ["all"] ? common.Chains(PurifierStudy.AllChains) : given : preset.Chains,
                    UsesPaperAttack = parse.GetValue(isPaper),
                    DecouplesAll = parse.GetValue(decouplesAll),
                };
                return new Study(models => study.Scenarios(models.Purifiers).Scenarios, (models, work, progress, cancellation) =>
                {
                    var report = study.Run(common.WorkFolder, models, work, progress, cancellation);
                    report.Write(common.Output);
                    return report.Runs;
                });
            });
    }

    /// <summary>A verb with the options of both studies and some of its own, which runs what these make of it.</summary>
    private static Command Create(string name, string description, Option[] own, Func<ParseResult, Common, Study> make)
    {
        var options = new StudyTableOptions(name, Path.Combine("data", "results", name), "Full", "Smoke");
        var seeds = new Option<int>("--seeds") { Description = "Seeds for each person.", DefaultValueFactory = _ => 1 };
        var budget = new Option<double?>("--budget") { Description = $"Budget in 8-bit levels; by default {DefaultBudget}." };
        var command = options.Command(name, description, [seeds, budget, .. own]);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            using var opened = options.Open(parse);
            var models = opened.Models;
            var common = new Common(options.IsSmoke(parse), options.Subjects(parse, opened), parse.GetValue(seeds), parse.GetValue(budget) is { } levels ? LinfBudget.Of255(levels) : null,
                options.WorkFolder(parse), options.Output(parse), preset => options.Config(parse, preset), preset => options.Chains(parse, preset));
            var study = make(parse, common);
            var runs = study.Run(models, options.Work(parse), new StudyVerb.Lines(), cancellation);
            StudyGallery.WriteGenerations(common.WorkFolder, Path.Combine(common.Output, Generations), study.Scenarios(models));
            foreach (var missing in runs.LeftOut) AnsiConsole.MarkupLineInterpolated($"[yellow]not run: {missing}[/]");
            AnsiConsole.MarkupLineInterpolated($"{runs.Runs.Count} runs of {runs.People} people; wrote {Path.Combine(common.Output, "results.md")}");
            return 0;
        }));
        return command;
    }

    private static Option<T[]> Many<T>(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static T[]? Given<T>(ParseResult parse, Option<T[]> option) => parse.GetValue(option) is { Length: > 0 } values ? values : null;

    private sealed record Common(bool IsSmoke, int? Subjects, int Seeds, LinfBudget? AskedBudget, string WorkFolder, string Output, Func<ScenarioConfig, ScenarioConfig> Config, Func<IReadOnlyList<string>, IReadOnlyList<string>> Chains)
    {
        public LinfBudget Budget => AskedBudget ?? LinfBudget.Of255(DefaultBudget);
    }

    private sealed record Study(
        Func<ScenarioModels, IReadOnlyList<Scenario>> Scenarios, Func<ScenarioModels, StudyWork, IProgress<ScenarioProgress>, CancellationToken, StudyRuns> Run);
}
