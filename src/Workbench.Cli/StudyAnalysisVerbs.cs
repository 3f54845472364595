using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Experiments.Claims;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench study misalignment | shortcut | claims</c>: the measurements behind notebooks 03, 02 and 05.</summary>
internal static class StudyAnalysisVerbs
{
    public static Command Misalignment()
    {
        var output = new Option<string>("--out") { Description = "Folder of the report.", DefaultValueFactory = _ => Path.Combine("data", "results", "misalignment") };
        var work = new Option<string>("--work") { Description = "Folder with a file a person; finished people are kept.", DefaultValueFactory = _ => Path.Combine("out", "misalignment") };
        var cache = new Option<string?>("--cache") { Description = "Folder of class pictures, protected and purified photos that studies share; by default inside --work." };
        var model = new Option<string?>("--model") { Description = "Model folder; by default the mini world's." };
        var subjects = new Option<int?>("--subjects") { Description = "Held-out people." };
        var budget = new Option<double>("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => 11 };
        var perturbations = new Option<string[]>("--perturbations") { Description = $"Some of {string.Join(", ", PerturbationCatalog.Names)}.", AllowMultipleArgumentsPerToken = true };
        var purifiers = new Option<string[]>("--purifiers") { Description = "Purifier chains; those whose network is not there are left out.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("misalignment", "Where CLIP sees photos: clean, with random noise, protected, purified; nothing is trained on them. Two or three core-minutes a person where the processor multiplies 16-bit matrices, else six; seconds where --cache has the photos. Start it once a core.")
        {
            output, work, cache, model, subjects, budget, perturbations, purifiers,
        };
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            var full = MisalignmentStudy.Full;
            using var mini = MiniWorldModels.Load(parse.GetValue(model));
            var (chains, missing) = AvailableChains.Of(parse.GetValue(purifiers) is { Length: > 0 } named ? named : full.Purifiers, mini.Purifiers);
            var given = parse.GetValue(perturbations) is { Length: > 0 } some ? some : null;
            var study = full with
            {
                Subjects = parse.GetValue(subjects) ?? full.Subjects,
                Budget = LinfBudget.Of255(parse.GetValue(budget)),
                Perturbations = given ?? full.Perturbations,
                Purifiers = chains,
                Purified = given is null ? full.Purified : [MisalignmentStudy.Clean, .. given.Where(m => !m.StartsWith("random", StringComparison.Ordinal))],
            };
            foreach (var line in missing) AnsiConsole.MarkupLineInterpolated($"[yellow]not run: {line}[/]");
            study.Run(parse.GetRequiredValue(work), ScenarioModels.Of(mini), new StudyWork { CacheFolder = parse.GetValue(cache) }, new StudyVerb.Stages(), cancellation).Write(parse.GetRequiredValue(output));
            AnsiConsole.MarkupLineInterpolated($"wrote {Path.Combine(parse.GetRequiredValue(output), MisalignmentReport.FileName)}");
            return 0;
        }));
        return command;
    }

    public static Command Shortcut()
    {
        var output = new Option<string>("--out") { Description = "Folder with a file and a sheet of pictures a person; finished people are kept.", DefaultValueFactory = _ => Path.Combine("data", "results", "shortcut") };
        var model = new Option<string?>("--model") { Description = "Model folder; by default the mini world's." };
        var first = new Option<int>("--first") { Description = "Number of the first person.", DefaultValueFactory = _ => 0 };
        var subjects = new Option<int>("--subjects") { Description = "Held-out people.", DefaultValueFactory = _ => 4 };
        var command = new Command("shortcut", "What the identifier learns: extraction, swap test, photos without a subject, dose and response, spectra, fitting order. Start it once a core.") { output, model, first, subjects };
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            if (parse.GetValue(first) < 0 || parse.GetValue(subjects) < 1)
                throw new ArgumentException($"--first {parse.GetValue(first)} --subjects {parse.GetValue(subjects)}: expected a first person from 0 on and at least one.");
            using var mini = MiniWorldModels.Load(parse.GetValue(model));
            var people = Enumerable.Range(parse.GetValue(first), parse.GetValue(subjects)).ToArray();
            var report = ShortcutStudy.Run(ScenarioModels.Of(mini), ShortcutOptions.Full, people, parse.GetRequiredValue(output), new Seed(1), new Lines(), cancellation);
            AnsiConsole.MarkupLineInterpolated($"{report.People} people in {parse.GetRequiredValue(output)}");
            return 0;
        }));
        return command;
    }

    public static Command Claims()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of a study." };
        var budget = new Option<double>("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => 11 };
        var command = new Command("claims", "Puts the paper's six claims to the test on finished runs.") { folder, budget };
        command.SetAction((parse, _) => StudyVerb.Guard(() =>
        {
            var results = ScenarioGrid.Read(parse.GetRequiredValue(folder));
            if (results.Count == 0) throw new ArgumentException($"{parse.GetRequiredValue(folder)}: there is no finished run to test claims on.");
            foreach (var (reading, claims) in new[] { ("quality", Claim.Paper), ("freedom from noise", Claim.PaperByNoise), ("without the negative prompt", Claim.WithoutNegativePrompt) })
                foreach (var found in ClaimTests.Run(results, claims, parse.GetValue(budget)))
                {
                    AnsiConsole.MarkupLineInterpolated($"[bold]{found.Claim.Number} {found.Claim.Title}[/] ({reading}): {found.Words}{(found.Verdict != ClaimVerdict.NotMeasured ? FormattableString.Invariant($", p = {found.AdjustedPValue:0.0000} after Holm") : "")}");
                    foreach (var part in found.Parts.Where(p => p.People > 0))
                        AnsiConsole.MarkupLineInterpolated($"    {part.Contrast.Words}: {part.Mean!.ToString()}, {part.People} people, p = {part.PValue:0.0000}, r = {part.RankBiserial:0.00}");
                }
            return 0;
        }));
        return command;
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => AnsiConsole.MarkupLineInterpolated($"{DateTimeOffset.Now:HH:mm:ss} {value}");
    }
}
