using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Perturbations;

namespace Workbench.Cli;

/// <summary><c>workbench study protections | purifiers | grid</c>: methods compared in one table each.</summary>
internal static class StudyMethodVerbs
{
    public static Command Protections()
    {
        var options = new StudyTableOptions("protections", Path.Combine("data", "results", "perturbations"), "Full", "Smoke");
        var methods = Many("--methods", $"Some of {string.Join(", ", PerturbationCatalog.Names)}; by default all.");
        var budget = new Option<double>("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => 11 };
        var photosOnly = new Option<bool>("--photos-only") { Description = "Trains nothing: minutes instead of hours." };
        var command = options.Command("protections", "Compares all protections: what they do to photos, and what DreamBooth then draws.", methods, budget, photosOnly);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = options.IsSmoke(parse) ? ProtectionStudy.Smoke : ProtectionStudy.Full;
            using var opened = options.Open(parse);
            var study = preset with
            {
                Config = options.Config(parse, preset.Config),
                Methods = parse.GetValue(methods) is { Length: > 0 } given ? given : preset.Methods,
                Subjects = options.Subjects(parse, opened) ?? preset.Subjects,
                Budget = LinfBudget.Of255(parse.GetValue(budget)),
                WithDreamBooth = !parse.GetValue(photosOnly),
            };
            var table = study.Run(options.WorkFolder(parse), opened.Models, options.Work(parse), new StudyVerb.Stages(), cancellation);
            return Finish(table, options.Output(parse));
        }));
        return command;
    }

    public static Command Purifiers()
    {
        var options = new StudyTableOptions("purifiers", Path.Combine("data", "results", "purifiers"), "Full", "Smoke");
        var chains = Many("--chains", "Chains of purifiers; by default all.");
        var protections = Many("--protections", "Protections, or clean.");
        var alex = LpipsOptions.Option(LpipsOptions.Alex, "For the column LPIPS: torchvision's AlexNet and the lpips package's v0.1/alex.pth; or one file with both.");
        var command = options.Command("purifiers", "Compares all purifiers: faithfulness to the clean photo, noise, likeness and time.", chains, protections, alex);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = options.IsSmoke(parse) ? PurifierStudy.Smoke : PurifierStudy.Full;
            using var opened = options.Open(parse);
            var study = preset with
            {
                Config = options.Config(parse, preset.Config),
                Chains = parse.GetValue(chains) is { Length: > 0 } given ? given : options.Chains(parse, preset.Chains),
                Protections = parse.GetValue(protections) is { Length: > 0 } named ? named : preset.Protections,
                Subjects = options.Subjects(parse, opened) ?? preset.Subjects,
                Metrics = [.. PerceptualMetrics(parse.GetValue(alex), options.Vgg(parse))],
            };
            var (models, work) = (opened.Models, options.Work(parse));
            var table = study.Run(options.WorkFolder(parse), models, work, new StudyVerb.Stages(), cancellation);
            study.Gallery(options.WorkFolder(parse), models, work, cancellation).SavePng(Path.Combine(options.Output(parse), "gallery.png"));
            return Finish(table, options.Output(parse));
        }));
        return command;
    }

    public static Command Grid()
    {
        var options = new StudyTableOptions("grid", Path.Combine("data", "results", "grid"), "Default", "Full", "Smoke");
        var chains = Many("--chains", "Chains of purifiers, the lines; none is the baseline.");
        var protections = Many("--protections", "Protections, the columns.");
        var modes = Many("--modes", $"Some of {string.Join(", ", DefenseMode.All.Select(m => m.Name))}; by default all.");
        var seeds = new Option<int?>("--seeds") { Description = "Seeds for each person." };
        var budget = new Option<double?>("--budget") { Description = "Budget in 8-bit levels." };
        var reportOnly = new Option<bool>("--report-only") { Description = "Runs nothing, writes the table of what is finished." };
        var command = options.Command("grid", "The paper's table 1: every purifier against every protection, with and without decoupling and negative prompt.",
            chains, protections, modes, seeds, budget, reportOnly);
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var preset = options.Profile(parse) switch { "Smoke" => DefenseGrid.Smoke, "Full" => DefenseGrid.Full, _ => DefenseGrid.Default };
            using var opened = options.Open(parse);
            var models = opened.Models;
            var (grid, leftOut) = (preset with
            {
                Config = options.Config(parse, preset.Config),
                Chains = parse.GetValue(chains) is { Length: > 0 } given ? given : options.Chains(parse, preset.Chains),
                Protections = parse.GetValue(protections) is { Length: > 0 } named ? named : preset.Protections,
                Modes = parse.GetValue(modes) is { Length: > 0 } some ? [.. some.Select(DefenseMode.Of)] : preset.Modes,
                Subjects = options.Subjects(parse, opened) ?? preset.Subjects,
                Seeds = parse.GetValue(seeds) ?? preset.Seeds,
                BudgetLevels = parse.GetValue(budget) ?? preset.BudgetLevels,
            }).Among(models.Purifiers);
            foreach (var reason in leftOut) AnsiConsole.MarkupLineInterpolated($"[yellow]left out: {reason}[/]");
            var (work, folder) = (options.Work(parse), options.WorkFolder(parse));
            var runs = grid.In(folder, work);
            var photos = new ScenarioPhotos(models, grid.Config, work.CacheFolder ?? folder);
            var results = parse.GetValue(reportOnly) ? runs.Results(photos) : runs.Run(models, work.Part, work.Parts, new StudyVerb.Lines(), cancellation);
            AnsiConsole.MarkupLineInterpolated($"{results.Count} of {grid.Scenarios().Count} runs finished in {folder}");
            var output = options.Output(parse);
            var code = Finish(DefenseTable.Of(results, leftOut, photos.Model), output);
            if (DefenseGallery.Compose(folder, grid) is { } gallery) gallery.SavePng(Path.Combine(output, "generations.png"));
            return code;
        }));
        return command;
    }

    private static IEnumerable<IMetric> PerceptualMetrics(string[]? alex, string[]? vgg)
    {
        if (LpipsOptions.Files(alex) is { } first) yield return Lpips.Load(LpipsNet.Alex, first.Trunk, first.Linear);
        if (LpipsOptions.Files(vgg) is { } second) yield return Lpips.Load(LpipsNet.Vgg, second.Trunk, second.Linear);
    }

    private static Option<string[]> Many(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static int Finish(StudyTable table, string output)
    {
        table.Write(output);
        AnsiConsole.MarkupLineInterpolated($"wrote {Path.Combine(output, "results.md")}: {table.Names.Count} lines, {table.People} people");
        return 0;
    }
}
