using Workbench.Experiments;
using Workbench.Personalization;
using Workbench.Purification;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class AblationStudyTests
{
    private static readonly PurifierSources Upscaler = new() { Upscaler = MiniFolder("super_resolution") };

    [Fact]
    public void Every_switch_is_independent_and_trainings_are_shared()
    {
        var (scenarios, leftOut) = (AblationStudy.Full with { Subjects = 1 }).Scenarios(Upscaler);
        var combinations = scenarios.Where(s => s.IsPerturbed && AblationSweep.All.All(w => w.Moved(s) is null)).ToArray();
        // Two chains without CodeFormer, eight combinations of the other three switches each, none twice.
        Assert.Equal(16, combinations.Select(s => string.Join(' ', AblationSwitch.All.Select(a => a.IsOn(s)))).Distinct().Count());
        Assert.Equal(16, combinations.Length);
        Assert.Equal(["code", "code-sr"], leftOut.Select(l => l.Split(':')[0]));
        Assert.All(scenarios, s => s.Validate());
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Key).Distinct().Count());
        // Four trainings of the switches, seven of sweeps, two of clean photos; guidance needs none.
        var trainings = scenarios.Select(s => ScenarioConfig.MiniWorld.For(s).DreamBooth).Zip(scenarios,
            (d, s) => $"{s.Perturbation} {s.Purifier} {d.InstanceTrainingPrompt} {d.ClassTrainingPrompt} {d.PriorLossWeight}").ToArray();
        Assert.Equal(13, trainings.Distinct().Count());
        // Shared ones are neighbours, for one model is kept at a time.
        Assert.Equal(13, trainings.Where((t, i) => i == 0 || trainings[i - 1] != t).Count());
    }

    [Fact]
    public void A_scenario_moves_what_it_says_in_the_settings()
    {
        var config = ScenarioConfig.MiniWorld;
        var own = config.For(TinyStudy.Decoupled with { Identifier = "t@t", PriorLossWeight = 0.5, GuidanceScale = 7.5 });
        Assert.Equal("a photo of t@t person, bhj noisy pattern", own.DreamBooth.InstanceTrainingPrompt);
        Assert.All(own.Prompts, p => Assert.Contains("t@t", p, StringComparison.Ordinal));
        Assert.Equal((0.5, 7.5, config.DreamBooth.ClassPrompt), (own.DreamBooth.PriorLossWeight, own.Sampling.GuidanceScale, own.DreamBooth.ClassPrompt));
        Assert.Equal(config.DreamBooth.InstancePrompt, config.For(TinyStudy.Clean).DreamBooth.InstancePrompt);
        Assert.Throws<ArgumentException>(() => (TinyStudy.Clean with { KnowsDecoupling = true }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => (TinyStudy.Clean with { GuidanceScale = -1 }).Validate());
    }

    [Fact]
    public void The_study_runs_resumes_and_its_report_reads_back()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var study = AblationStudy.Smoke with { Config = TinyStudy.Config, NoiseTokens = [], Identifiers = ["t@t"], PriorWeights = [2] };
        study = study with { Config = study.Config with { Sampling = study.Config.Sampling with { GuidanceScale = 5 } } };
        var report = study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        // Clean, clean defended, eight combinations without purifiers, guidance, prior weight, identifier with and without decoupling.
        Assert.Equal(2 + 8 + 4, report.Runs.Runs.Count);
        Assert.Equal(3, report.Runs.LeftOut.Count);
        var files = Directory.GetFiles(folder.Path, "manifest.json", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var again = study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(files, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
        Assert.Equal(report.ToMarkdown(), again.ToMarkdown());
        report.Write(folder.Path);
        Assert.Equal(report.ToMarkdown(), AblationReport.Read(folder.Path, study.Config)!.ToMarkdown());
        Assert.Equal(2, report.SweepValues(AblationSweep.All[1]).Count);
        Assert.Empty(report.SweepValues(AblationSweep.All[0]));
        Assert.Equal(["5", "1"], report.SweepValues(AblationSweep.All[3]).Select(v => v.Value));
        Assert.Contains("Not run: code: ", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Null(AblationReport.Read(Path.Combine(folder.Path, "nothing")));
    }

    [Fact]
    public void An_effect_is_the_difference_that_the_switch_makes_whatever_the_others_do()
    {
        // Quality: 0.1 a person, plus 0.2 with training, minus 0.1 with the suffix; nothing by the negative prompt.
        var report = new AblationReport(new StudyRuns([.. from subject in Enumerable.Range(0, 4)
                                                         from train in new[] { false, true }
                                                         from suffix in new[] { false, true }
                                                         from negative in new[] { false, true }
                                                         select Run(subject, train, suffix, negative)]));
        var effects = report.Effects("quality").ToDictionary(e => e.Switch.Name);
        Assert.Equal((0.2, -0.1, 0.0), (Rounded(effects["train"]), Rounded(effects["suffix"]), Rounded(effects["negative"])));
        Assert.Equal((4, 16, 0.125), (effects["train"].People, effects["train"].Pairs, effects["train"].PValue));
        Assert.Equal(0.375, effects["train"].AdjustedPValue, 9);
        Assert.Null(effects["code"].Mean);
        Assert.Equal(8, report.Table().Rows.Count);
        Assert.EndsWith("*", report.Table()["CLIP-IQAC ↑"][Row(report, "train")].ToString());
        Assert.DoesNotContain("*", report.Table()["CLIP-IQAC ↑"][Row(report, "negative")].ToString());
    }

    [Fact]
    public void Marks_compare_with_the_first_row_whatever_it_is_and_cells_of_fewer_people_say_so()
    {
        var report = new AblationReport(new StudyRuns([.. Enumerable.Range(0, 4).Select(s => Run(s, true, false, false)), .. Enumerable.Range(0, 3).Select(s => Run(s, true, true, false))]));
        Assert.Equal(["train", "train+suffix"], report.Combinations.Select(c => c.Condition));
        var column = report.Table()["CLIP-IQAC ↑"];
        Assert.EndsWith("]", column[0].ToString());
        Assert.EndsWith("]* n=3", column[1].ToString());
    }

    private static int Row(AblationReport report, string condition) => report.Combinations.ToList().FindIndex(s => s.Condition == condition);

    private static double Rounded(AblationEffect effect) => Math.Round(effect.Mean!.Mean, 9);

    private static RunScores Run(int subject, bool train, bool suffix, bool negative)
    {
        var parts = ContrastiveDecoupling.Paper with { TrainWithNoiseToken = train, SuffixAtSampling = suffix, NegativeAtSampling = negative };
        var names = new[] { (train, "train"), (suffix, "suffix"), (negative, "negative") }.Where(p => p.Item1).Select(p => p.Item2).ToArray();
        var scenario = TinyStudy.Protected with { Subject = subject, Condition = names.Length == 0 ? AblationStudy.Nothing : string.Join('+', names), Decoupling = parts };
        var quality = 0.1 * subject + (train ? 0.2 : 0) - (suffix ? 0.1 : 0);
        IReadOnlyList<double> Values(double value) => [.. Enumerable.Range(0, 8).Select(i => value + 0.01 * i)];
        return new RunScores(scenario, StudyScore.All.ToDictionary(s => s.Name, s => Values(s.Name == "quality" ? quality : 0.5)));
    }

    private static string MiniFolder(string name) => Path.Combine(Workbench.Worlds.MiniWorldModels.Find(), name);
}
