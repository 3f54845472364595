using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Experiments;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class ScenarioGridTests
{
    private static readonly Scenario[] All = [TinyStudy.Clean, TinyStudy.Protected, TinyStudy.Purified, TinyStudy.Decoupled];

    [Fact]
    public void Runs_every_scenario_and_shares_the_protected_photos()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        var stages = new List<string>();
        var results = Run(new ScenarioGrid(folder.Path, All, TinyStudy.Config), clip, stages);

        Assert.Equal(All, results.Select(r => r.Scenario));
        Assert.All(results, r => Assert.Equal(2, r.Images.Count));
        Assert.All(results.SelectMany(r => r.Images), i => Assert.All(
            new[] { i.Identity, i.Quality, i.Noise, i.Subject, i.Similarity }, value => Assert.InRange(value, -1, 1)));
        Assert.Equal([0, 11, 11, 11], results.Select(r => r.MaxLevels > 0 ? 11 : 0));
        Assert.Equal(double.PositiveInfinity, results[0].TrainingPsnr);
        Assert.True(results[1].TrainingPsnr > results[2].TrainingPsnr, "JPEG should move the pictures further from the clean ones");
        // One protection serves three scenarios.
        Assert.Equal([TinyStudy.Protected.Key], stages.Where(s => s.StartsWith("protect ", StringComparison.Ordinal)).Select(s => s[8..]).Distinct());
        foreach (var scenario in All)
        {
            Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.Path, "runs", scenario.Key, "generated")).Length);
            var manifest = JsonNode.Parse(File.ReadAllText(Manifest(folder, scenario)))!;
            Assert.NotNull(manifest["versions"]!["torchsharp"]);
            Assert.Equal(scenario.Seed, manifest["scenario"]!["seed"]!.GetValue<ulong>());
            Assert.True(manifest["seconds"]!.GetValue<double>() >= 0);
        }
    }

    [Fact]
    public void A_second_call_skips_what_is_finished_and_redoes_a_half_written_run_to_the_same_scores()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        var grid = new ScenarioGrid(folder.Path, All[..2], TinyStudy.Config);
        var first = Run(grid, clip);
        var kept = File.ReadAllText(Manifest(folder, All[0]));
        File.Delete(Manifest(folder, All[1]));
        File.WriteAllText(Path.Combine(folder.Path, "runs", All[1].Key, "rest-of-a-killed-run"), "");
        Assert.Equal([All[1]], grid.Pending());

        var again = Run(grid, clip);
        Assert.Equal(kept, File.ReadAllText(Manifest(folder, All[0])));
        Assert.Empty(grid.Pending());
        Assert.False(File.Exists(Path.Combine(folder.Path, "runs", All[1].Key, "rest-of-a-killed-run")));
        Assert.Equal(first[1].Images, again[1].Images);
    }

    [Fact]
    public void A_run_of_other_protection_settings_is_not_mixed_in()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        var grid = new ScenarioGrid(folder.Path, All[1..2], TinyStudy.Config);
        Run(grid, clip);
        var manifest = JsonNode.Parse(File.ReadAllText(Manifest(folder, All[1])))!;
        var settings = manifest["protection"]!.GetValue<string>();
        Assert.Contains("budget", settings, StringComparison.Ordinal);
        manifest["protection"] = settings + " ";
        File.WriteAllText(Manifest(folder, All[1]), manifest.ToJsonString());
        Assert.Contains(All[1].Perturbation, Assert.Throws<InvalidDataException>(() => Run(grid, clip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_another_process_holds_is_left_to_it()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        Directory.CreateDirectory(folder.File("runs"));
        using var held = new FileStream(folder.File(Path.Combine("runs", All[0].Key + ".lock")), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var grid = new ScenarioGrid(folder.Path, All[..2], TinyStudy.Config);
        Assert.Equal([All[1]], Run(grid, clip).Select(r => r.Scenario));
        Assert.Equal([All[0]], grid.Pending());
    }

    [Fact]
    public void Cancelling_leaves_no_run_that_looks_finished()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        using var stop = new CancellationTokenSource();
        var grid = new ScenarioGrid(folder.Path, All[1..2], TinyStudy.Config);
        var cancel = new Immediate<ScenarioProgress>(p => { if (p.Stage == "train") stop.Cancel(); });
        Assert.ThrowsAny<OperationCanceledException>(() => grid.Run(TinyStudy.Models(clip), progress: cancel, cancellationToken: stop.Token));
        Assert.Empty(grid.Results());
        Assert.Empty(Directory.GetFiles(folder.Path, ScenarioGrid.ManifestFile, SearchOption.AllDirectories));
        Assert.Single(Run(grid, clip));
    }

    [Fact]
    public void Results_of_other_settings_are_not_mixed_in()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        Run(new ScenarioGrid(folder.Path, All[..1], TinyStudy.Config), clip);
        var other = new ScenarioGrid(folder.Path, All[..1], TinyStudy.Config with { DreamBooth = TinyStudy.Config.DreamBooth with { LearningRate = 1 } });
        Assert.Throws<InvalidDataException>(() => other.Results());
    }

    [Fact]
    public void Results_that_other_networks_scored_are_not_mixed_in()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        var (models, grid) = (TinyStudy.Models(clip), new ScenarioGrid(folder.Path, All[..1], TinyStudy.Config));
        grid.Run(models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(grid.Run(models, cancellationToken: TestContext.Current.CancellationToken));
        var refused = Assert.Throws<InvalidDataException>(() => grid.Run(models with { Identity = new OtherIdentity() }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(Manifest(folder, All[0]), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_other_weights_or_settings_are_not_read_as_one_study_and_a_file_that_is_none_is_named()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        Run(new ScenarioGrid(folder.Path, All[..2], TinyStudy.Config), clip);
        Assert.Equal(2, ScenarioGrid.Read(folder.Path).Count);
        var path = Manifest(folder, All[1]);
        var whole = File.ReadAllText(path);
        foreach (var (key, value) in new (string, JsonNode)[] { ("model", "other"), ("config", new JsonObject()), ("weights", "scorers other purifiers none") })
        {
            var manifest = JsonNode.Parse(whole)!;
            manifest[key] = value;
            File.WriteAllText(path, manifest.ToJsonString());
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ScenarioGrid.Read(folder.Path)).Message, StringComparison.Ordinal);
        }
        File.WriteAllText(path, whole[..^20]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => ScenarioGrid.Read(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File(StudyRuns.FileName), "{\"runs\": 3}");
        Assert.Contains(folder.File(StudyRuns.FileName), Assert.Throws<InvalidDataException>(() => StudyRuns.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_run_of_another_study_is_taken_over_whatever_it_is_called_there()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), first = new(), folder = new();
        var made = Run(new ScenarioGrid(first.Path, All[..2], TinyStudy.Config), clip);
        Scenario[] renamed = [All[0] with { Condition = "untouched" }, All[1] with { Condition = "guarded" }, All[1] with { Condition = "seeded", Seed = 7 }];
        var stages = new List<string>();
        var results = Run(new ScenarioGrid(folder.Path, renamed, TinyStudy.Config) { ReuseFolders = [first.Path] }, clip, stages);

        Assert.Equal([renamed[2].Key], stages.Where(s => s.StartsWith("train ", StringComparison.Ordinal)).Select(s => s[6..]).Distinct());
        Assert.Equal(renamed, results.Select(r => r.Scenario));
        Assert.Equal(made.Select(r => r.Images), results.Take(2).Select(r => r.Images));
        Assert.Equal(All[1].Key, JsonNode.Parse(File.ReadAllText(Manifest(folder, renamed[1])))!["taken_over_from"]!.GetValue<string>());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.Path, "runs", renamed[1].Key, "generated")).Length);
        Assert.Empty(new ScenarioGrid(folder.Path, renamed, TinyStudy.Config).Pending());
    }

    [Fact]
    public void Runs_of_other_settings_or_weights_are_not_taken_over_and_a_folder_without_runs_is_named()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), first = new(), folder = new(), empty = new();
        var models = TinyStudy.Models(clip);
        new ScenarioGrid(first.Path, All[..1], TinyStudy.Config).Run(models, cancellationToken: TestContext.Current.CancellationToken);
        var kept = File.ReadAllText(Manifest(first, All[0]));
        var trained = 0;
        var count = new Immediate<ScenarioProgress>(p => trained += p is { Stage: "train", Fraction: 1 } ? 1 : 0);
        var shorter = TinyStudy.Config with { DreamBooth = TinyStudy.Config.DreamBooth with { MaxTrainSteps = 1 } };
        new ScenarioGrid(folder.File("a"), All[..1], shorter) { ReuseFolders = [first.Path] }.Run(models, progress: count, cancellationToken: TestContext.Current.CancellationToken);
        new ScenarioGrid(folder.File("b"), All[..1], TinyStudy.Config) { ReuseFolders = [first.Path] }.Run(models with { Identity = new OtherIdentity() }, progress: count, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, trained);
        Assert.Equal(kept, File.ReadAllText(Manifest(first, All[0])));
        var lost = Assert.Throws<DirectoryNotFoundException>(() => Run(new ScenarioGrid(folder.File("c"), All[..1], TinyStudy.Config) { ReuseFolders = [empty.Path] }, clip));
        Assert.Contains(empty.Path, lost.Message, StringComparison.Ordinal);
    }

    private sealed class OtherIdentity : Workbench.Models.Identity.IIdentityEncoder
    {
        public Tensor Embed(Tensor signedPixels) => nn.functional.normalize(signedPixels.flatten(1), dim: 1);
    }

    [Fact]
    public void Shards_cover_the_grid_without_overlap_and_keep_a_persons_runs_together()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder clip = new(), folder = new();
        Scenario[] scenarios = [.. Enumerable.Range(0, 3).Select(subject => TinyStudy.Clean with { Subject = subject })];
        var grid = new ScenarioGrid(folder.Path, scenarios, TinyStudy.Config);
        Assert.Equal([0, 2], grid.Run(TinyStudy.Models(clip), 0, 2, cancellationToken: TestContext.Current.CancellationToken).Select(r => r.Scenario.Subject));
        Assert.Equal([0, 1, 2], grid.Run(TinyStudy.Models(clip), 1, 2, cancellationToken: TestContext.Current.CancellationToken).Select(r => r.Scenario.Subject));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.Run(TinyStudy.Models(clip), 2, 2, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Two_scenarios_cannot_share_a_folder_and_a_budget_needs_a_perturbation()
    {
        Assert.Throws<ArgumentException>(() => new ScenarioGrid("x", [TinyStudy.Clean, TinyStudy.Clean with { Purifier = "sr" }], TinyStudy.Config));
        Assert.Throws<ArgumentException>(() => (TinyStudy.Clean with { BudgetLevels = 8 }).Validate());
        Assert.Throws<ArgumentException>(() => (TinyStudy.Protected with { BudgetLevels = 0 }).Validate());
        Assert.Throws<ArgumentException>(() => (TinyStudy.Clean with { Condition = "../x" }).Validate());
    }

    private static IReadOnlyList<ScenarioResult> Run(ScenarioGrid grid, TemporaryFolder clip, List<string>? stages = null) => grid.Run(
        TinyStudy.Models(clip), progress: new Immediate<ScenarioProgress>(p => stages?.Add($"{p.Stage} {p.Scenario}")), cancellationToken: TestContext.Current.CancellationToken);

    private static string Manifest(TemporaryFolder folder, Scenario scenario) => Path.Combine(folder.Path, "runs", scenario.Key, ScenarioGrid.ManifestFile);
}
