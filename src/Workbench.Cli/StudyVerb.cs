using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench study</c>: runs the mini world's study and reports on it.</summary>
internal static class StudyVerb
{
    public static Command Create()
    {
        var command = new Command("study", "Perturbation, purification, personalisation and scores over many people and seeds.");
        command.Subcommands.Add(CreateRun());
        command.Subcommands.Add(CreateReport());
        command.Subcommands.Add(StudyMethodVerbs.Protections());
        command.Subcommands.Add(StudyMethodVerbs.Purifiers());
        command.Subcommands.Add(StudyMethodVerbs.Grid());
        command.Subcommands.Add(StudyPhotosVerb.Create());
        command.Subcommands.Add(StudyTableVerbs.Ablations());
        command.Subcommands.Add(StudyTableVerbs.Adaptive());
        command.Subcommands.Add(StudyAnalysisVerbs.Misalignment());
        command.Subcommands.Add(StudyAnalysisVerbs.Shortcut());
        command.Subcommands.Add(StudyAnalysisVerbs.Claims());
        return command;
    }

    private static Command CreateRun()
    {
        var output = new Option<string>("--out") { Description = "Folder of the study; finished runs in it are kept.", Required = true };
        var model = new Option<string?>("--model") { Description = "Model folder; by default the mini world's." };
        var profile = new Option<string>("--profile") { Description = "Full, or Smoke: seconds, measures nothing.", DefaultValueFactory = _ => "Full" };
        profile.AcceptOnlyFromAmong("Full", "Smoke");
        var subjects = new Option<int?>("--subjects") { Description = "Held-out people." };
        var seeds = new Option<int?>("--seeds") { Description = "Seeds for each person." };
        var budgets = new Option<double[]>("--budget") { Description = "Budgets in 8-bit levels.", AllowMultipleArgumentsPerToken = true };
        var perturbation = new Option<string?>("--method") { Description = "Protection under study." };
        var purifier = new Option<string?>("--purifier") { Description = "Purifier chain under study, and what the adaptive attack knows; by default the paper's, code-sr." };
        var shard = Shard();
        var cache = new Option<string?>("--cache") { Description = "Folder of photos that studies share; by default inside --out." };
        var reuse = Reuse();
        var command = new Command("run", "Runs what is not finished yet.") { output, model, profile, subjects, seeds, budgets, perturbation, purifier, shard, cache, reuse };
        command.SetAction((parse, cancellation) => Guard(() =>
        {
            var preset = parse.GetRequiredValue(profile) == "Smoke" ? MiniWorldStudy.Smoke : MiniWorldStudy.Full;
            var study = preset with
            {
                Subjects = parse.GetValue(subjects) ?? preset.Subjects,
                Seeds = parse.GetValue(seeds) ?? preset.Seeds,
                Budgets = parse.GetValue(budgets) is { Length: > 0 } given ? given : preset.Budgets,
                Perturbation = parse.GetValue(perturbation) ?? preset.Perturbation,
                Purifier = parse.GetValue(purifier) ?? preset.Purifier,
            };
            var (part, parts) = Part(parse.GetRequiredValue(shard));
            using var mini = MiniWorldModels.Load(parse.GetValue(model));
            if (AvailableChains.Of([study.Purifier], mini.Purifiers).Missing is [var missing, ..]) throw new ArgumentException(missing);
            var folder = parse.GetRequiredValue(output);
            var work = new StudyWork(part, parts) { CacheFolder = parse.GetValue(cache), ReuseFolders = parse.GetValue(reuse) ?? [] };
            var results = study.Grid(folder, work).Run(ScenarioModels.Of(mini), part, parts, new Lines(), cancellation);
            AnsiConsole.MarkupLineInterpolated($"{results.Count} of {study.Scenarios().Count} runs finished in {folder}");
            return 0;
        }));
        return command;
    }

    private static Command CreateReport()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of a study." };
        var command = new Command("report", "Aggregates finished runs into results.json, results.md and tables of all pictures, and shows one person's.") { folder };
        command.SetAction((parse, _) => Guard(() =>
        {
            var path = parse.GetRequiredValue(folder);
            var report = new StudyReport(ScenarioGrid.Read(path));
            report.Write(path);
            var table = new Table().AddColumn("condition").AddColumn("runs");
            foreach (var score in StudyScore.All) table.AddColumn(score.Title);
            foreach (var c in report.Conditions)
                table.AddRow([c.Label, $"{c.Runs}", .. StudyScore.All.Select(s => Markup.Escape(c.Scores[s.Name].ToString()))]);

            AnsiConsole.Write(table);
            AnsiConsole.MarkupLineInterpolated($"wrote {Path.Combine(path, "results.json")}");
            if (StudyGallery.Write(path, path)) AnsiConsole.MarkupLineInterpolated($"wrote {Path.Combine(path, "photos.png")} and generations.png");
            return 0;
        }));
        return command;
    }

    internal static Option<string> Shard() =>
        new("--shard") { Description = "i/n: this process's part, i from 0; start one process a core.", DefaultValueFactory = _ => "0/1" };

    internal static Option<string[]> Reuse() => new("--reuse")
    {
        Description = "Folders of other studies: their finished runs of the same settings and weights are taken over, not run again.", AllowMultipleArgumentsPerToken = true,
    };

    internal static (int Part, int Parts) Part(string text) =>
        text.Split('/') is [var i, var n] && int.TryParse(i, out var part) && int.TryParse(n, out var parts) && part >= 0 && part < parts
            ? (part, parts)
            : throw new ArgumentException($"--shard takes i/n with i from 0 to n-1, for example 0/2, not '{text}'.");

    internal static Task<int> Guard(Func<int> work) => VerbGuard.Run(work, "stopped; finished runs are kept, the same command goes on");

    /// <summary>One line a stage, for logs of long runs.</summary>
    internal sealed class Lines : IProgress<ScenarioProgress>
    {
        private string last = "";

        public void Report(ScenarioProgress value)
        {
            var now = $"{value.Scenario} {value.Stage}";
            if (now == last) return;
            last = now;
            AnsiConsole.MarkupLineInterpolated($"{DateTimeOffset.Now:HH:mm:ss} {value.Done + 1}/{value.Total} {now}");
        }
    }

    internal sealed class Stages : IProgress<(string Stage, double Fraction)>
    {
        public void Report((string Stage, double Fraction) value) =>
            AnsiConsole.MarkupLineInterpolated($"{DateTimeOffset.Now:HH:mm:ss} {value.Fraction:P0} {value.Stage}");
    }
}
