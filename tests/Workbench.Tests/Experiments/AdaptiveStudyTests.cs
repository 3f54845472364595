using Workbench.Experiments;
using Workbench.Personalization;
using Workbench.Purification;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class AdaptiveStudyTests
{
    [Fact]
    public void Every_chain_is_met_by_the_protection_and_by_one_that_knows_it()
    {
        var (scenarios, leftOut) = (AdaptiveStudy.Full with { Subjects = 1, Protections = ["aspl", "advdm"], Chains = PurifierStudy.AllChains }).Scenarios(new PurifierSources());
        Assert.Equal(PurifierStudy.AllChains.Except(["none", "gau", "tvm", "jpeg"]), leftOut.Select(l => l.Split(':')[0]));
        Assert.All(scenarios, s => s.Validate());
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Key).Distinct().Count());
        foreach (var protection in new[] { "aspl", "advdm" })
            foreach (var chain in new[] { "gau", "tvm", "jpeg" })
                Assert.Equal([null, chain], scenarios.Where(s => s.Perturbation == protection && s.Purifier == chain).Select(s => s.Through));
        Assert.Equal(["none"], scenarios.Where(s => s.Decoupling.IsOn).Select(s => s.Purifier).Distinct());
    }

    [Fact]
    public void The_paper_s_pipeline_is_attacked_with_and_without_knowledge_of_the_token()
    {
        var sources = new PurifierSources { Upscaler = Path.Combine(Workbench.Worlds.MiniWorldModels.Find(), "super_resolution") };
        var (scenarios, _) = (AdaptiveStudy.Full with { Subjects = 1 }).Scenarios(sources);
        var pipeline = scenarios.Where(s => s is { Purifier: "sr", IsPerturbed: true, Decoupling.IsOn: true }).ToArray();
        Assert.Equal([(null, false), ("sr", false), ("sr", true)], pipeline.Select(s => (s.Through, s.KnowsDecoupling)));
        Assert.Equal(1 + 2 * 2 + 5, scenarios.Count);
        Assert.Throws<ArgumentException>(() => (AdaptiveStudy.Full with { Protections = ["glass"] }).Scenarios(sources));
    }

    [Fact]
    public void Slow_purifiers_meet_the_paper_s_attack_of_six_steps()
    {
        var mini = Workbench.Worlds.MiniWorldModels.Find();
        var study = AdaptiveStudy.Full with { Subjects = 1, Chains = ["gau", "eldiffp"], Protections = ["aspl", "encoder"] };
        var after = study.Scenarios(new PurifierSources { TextToImage = mini }).Scenarios.Where(s => s.Through is not null).ToArray();
        Assert.Equal([("gau", "aspl"), ("eldiffp", AdaptiveStudy.PaperAttack), ("gau", "encoder")], after.Select(s => (s.Through!, s.Perturbation)));
        // What is met by the paper's attack is compared with that attack, not with ASPL.
        var before = study.Scenarios(new PurifierSources { TextToImage = mini }).Scenarios.Where(s => s is { Through: null, Perturbation: AdaptiveStudy.PaperAttack });
        Assert.Equal(["none", "eldiffp"], before.Select(s => s.Purifier));
        var attack = Workbench.Perturbations.PerturbationCatalog.Create(AdaptiveStudy.PaperAttack, study.Budget, Workbench.Perturbations.Profile.MiniWorld);
        Assert.Equal(6, Assert.IsType<Workbench.Perturbations.AdvDmOptions>(attack.Settings).Steps);
        // Whether sr is slow, its folder says: a network is quick, latent diffusion is not.
        foreach (var (folder, expected) in new[] { ("super_resolution", "aspl"), ("upscaler", AdaptiveStudy.PaperAttack) })
            Assert.Equal([expected], (AdaptiveStudy.Full with { Subjects = 1, Chains = [] }).Scenarios(new PurifierSources { Upscaler = Path.Combine(mini, folder) }).Scenarios
                .Where(s => s is { Through: "sr", KnowsDecoupling: false, Decoupling.IsOn: false }).Select(s => s.Perturbation));
    }

    [Fact]
    public void The_paper_s_attack_among_the_protections_is_run_once()
    {
        var study = AdaptiveStudy.Full with { Subjects = 1, Protections = ["aspl", AdaptiveStudy.PaperAttack], UsesPaperAttack = true };
        var scenarios = study.Scenarios(new PurifierSources()).Scenarios;
        Assert.Equal(scenarios.Count, scenarios.Select(s => s.Key).Distinct().Count());
        Assert.Equal(["gau", "jpeg"], scenarios.Where(s => s.Through is not null).Select(s => s.Through!));
    }

    [Fact]
    public void The_study_runs_and_its_tables_read_back()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var study = AdaptiveStudy.Smoke with { Config = TinyStudy.Config, Chains = ["gau(1)"], DecouplesAll = true };
        var report = study.Run(folder.Path, TinyStudy.Models(folder), cancellationToken: TestContext.Current.CancellationToken);
        // Without purifier plain and decoupled; with it plain and decoupled, before and after.
        Assert.Equal(2 + 4, report.Runs.Runs.Count);
        Assert.Equal(2, report.Attacks("aspl").Count);
        report.Write(folder.Path);
        Assert.Equal(report.ToMarkdown(), AdaptiveReport.Read(folder.Path)!.ToMarkdown());
        Assert.Equal(2, report.Table("aspl").Rows.Count);
        var published = Directory.GetDirectories(Path.Combine(folder.Path, "cache", "photos")).Select(Path.GetFileName).ToArray();
        Assert.Contains("aspl-through-gau(1)-11_subject0_seed0", published);
        // The same folder at another size: its tables are of that size alone.
        var small = (study with { Chains = [], Budget = Workbench.Perturbations.LinfBudget.Of255(4) }).Run(folder.Path, TinyStudy.Models(folder), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([4.0, 4.0], small.Runs.Runs.Select(r => r.Scenario.BudgetLevels));
    }

    [Fact]
    public void The_table_pairs_before_and_after_and_expects_the_middle()
    {
        var before = TinyStudy.Decoupled with { Purifier = "sr" };
        var report = new AdaptiveReport(new StudyRuns([.. Enumerable.Range(0, 4).SelectMany(subject => new[]
        {
            Run(TinyStudy.Protected with { Subject = subject }, 0.1 * subject), Run(before with { Subject = subject }, 0.4 + 0.1 * subject), Run(before with { Subject = subject, Through = "sr" }, 0.2 + 0.1 * subject),
            Run(before with { Subject = subject, Through = "sr", KnowsDecoupling = true }, 0.1 * subject),
        })]));
        var attacks = report.Attacks("aspl");
        Assert.Equal(["sr + CDL", "sr + CDL, noise token known"], attacks.Select(a => a.Name));
        var lost = report.Runs.Compare(attacks[0].After, attacks[0].Before, RunScores.Average)!;
        Assert.Equal((-0.2, 4, 0.125, 32), (Math.Round(lost.Difference.Mean, 9), lost.People, lost.PeoplePValue, lost.Pictures));
        Assert.Equal("*", lost.Mark);
        Assert.Equal(0.55 - 0.1, report.Expected(attacks[0].Before, attacks[0].After)!.Value, 9);
        Assert.StartsWith("0.200 [0.200, 0.200]*", (string)report.Table("aspl")["Avg after, less undefended"][0]);
        // The paper's row stands beside the attack that it made.
        Assert.Equal(["0.204", ""], Enumerable.Range(0, 2).Select(i => (string)report.Table("aspl")["E[Avg], paper"][i]));
    }

    [Fact]
    public void Each_attack_has_a_table_of_its_own_and_is_compared_with_itself()
    {
        Scenario aspl = TinyStudy.Protected with { Purifier = "gridpure" }, paper = aspl with { Perturbation = AdaptiveStudy.PaperAttack };
        var report = new AdaptiveReport(new StudyRuns([Run(aspl, 0.9), Run(paper with { Purifier = "none" }, 0.3), Run(paper, 0.5), Run(paper with { Through = "gridpure" }, 0.1)]));
        Assert.Empty(report.Attacks("aspl"));
        var table = report.Table(AdaptiveStudy.PaperAttack);
        Assert.Equal("gridpure", table["defense"][0]);
        Assert.StartsWith("-0.400", (string)table["Avg, after less before"][0], StringComparison.Ordinal);
        Assert.StartsWith("-0.200", (string)table["Avg after, less undefended"][0], StringComparison.Ordinal);
    }

    private static RunScores Run(Scenario scenario, double value) =>
        new(scenario, StudyScore.All.ToDictionary(s => s.Name, _ => (IReadOnlyList<double>)[.. Enumerable.Repeat(value, 8)]));
}
