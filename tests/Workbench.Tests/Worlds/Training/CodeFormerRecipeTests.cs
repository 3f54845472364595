using TorchSharp;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using Workbench.Worlds.Training;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds.Training;

public sealed class CodeFormerRecipeTests
{
    private static readonly CodeFormerRecipe Tiny = new()
    {
        Model = new CodeFormerConfig
        {
            ImgSize = 64, Nf = 4, ChMult = [1, 2, 2, 2], ResBlocks = 1, AttnResolutions = [8], EmbDim = 8, CodebookSize = 24, LatentSize = 64,
            DimEmbd = 16, NHead = 2, NLayers = 1, ConnectList = ["32"], NormNumGroups = 2,
        },
        Training = new TrainingConfig { Steps = 6, BatchSize = 2, LearningRate = 1e-3, ComputeType = ScalarType.Float32, EmaDecay = 0.5 },
        Shares = (0.34, 0.33, 0.33),
        ScoredPictures = 2,
    };

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_training_runs_three_stages_writes_a_folder_that_opens_and_is_not_repeated(ScalarType computeType)
    {
        var recipe = Tiny with { Training = Tiny.Training with { ComputeType = computeType } };
        using var folder = new TemporaryFolder();
        var output = folder.File("restoration");
        recipe.Train(folder.File("checkpoints"), output, new Seed(2));
        using var model = CodeFormerModel.FromPretrained(output);
        var stages = Directory.GetDirectories(folder.File("checkpoints")).Select(d => Path.GetFileName(d)[..2]).Order();
        Assert.Equal(["1-", "2-", "3-"], stages);
        Assert.All(Directory.GetDirectories(folder.File("checkpoints")), d =>
            Assert.Contains("swirls16_w0.5", File.ReadAllText(Path.Combine(d, "log.jsonl")), StringComparison.Ordinal));
        string[] Logs() => [.. Directory.GetDirectories(folder.File("checkpoints")).Order().SelectMany(d => File.ReadAllLines(Path.Combine(d, "log.jsonl")))];
        var lines = Logs();
        recipe.Train(folder.File("checkpoints"), output, new Seed(2));
        Assert.Equal(lines, Logs());
        using var again = CodeFormerModel.FromPretrained(output);
        Assert.Equal(Fingerprint.Of(model), Fingerprint.Of(again));
    }

    [Fact]
    public void Each_stage_changes_its_own_parameters_and_no_others()
    {
        using var folder = new TemporaryFolder();
        Tiny.Train(folder.File("checkpoints"), folder.File("restoration"), new Seed(2));
        using var scope = NewDisposeScope();
        // The models must outlive their weights' use: nothing else keeps them.
        var models = Directory.GetDirectories(folder.File("checkpoints")).Order().Select(d =>
        {
            var model = new CodeFormerModel(Tiny.Model);
            Workbench.Weights.StateDict.LoadInto(model, Directory.GetFiles(d, "master.safetensors", SearchOption.AllDirectories).Single());
            return model;
        }).ToArray();
        var stages = models.Select(m => m.state_dict()).ToArray();
        string[] Changed(int from, int to) => [.. stages[from].Where(p => !p.Value.equal(stages[to][p.Key]).all().item<bool>()).Select(p => p.Key.Split('.')[0]).Distinct().Order()];
        Assert.Equal(["encoder", "feat_emb", "ft_layers", "idx_pred_layer", "position_emb"], Changed(0, 1).Except(["generator", "quantize"]));
        // Stages hand on their moving averages, so that the raw weights of what stage 2 keeps differ from those of stage 1, and stay equal from then on.
        Assert.DoesNotContain("generator", Changed(1, 2));
        Assert.DoesNotContain("quantize", Changed(1, 2));
        Assert.Contains("fuse_convs_dict", Changed(1, 2));
        foreach (var model in models) model.Dispose();
    }

    [Fact]
    public void Pairs_depend_on_seed_and_step_alone_and_share_the_clean_picture()
    {
        using var scope = NewDisposeScope();
        var (degraded, clean) = Tiny.Pairs(new Seed(1), 4, 0, 6);
        var (again, _) = Tiny.Pairs(new Seed(1), 4, 0, 6);
        var (pure, same) = (Tiny with { Degraded = 0 }).Pairs(new Seed(1), 4, 0, 6);
        Assert.True(degraded.equal(again).all().item<bool>());
        Assert.True(clean.equal(same).all().item<bool>() && pure.equal(same).all().item<bool>());
        Assert.True((degraded - clean).abs().mean().item<float>() > 0.01);
    }

    [Fact]
    public void The_nearest_code_is_the_nearest()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var model = new CodeFormerModel(Tiny.Model);
        using var stream = new Seed(4).Open();
        var wanted = stream.Integers(0, 24, 64).view(1, 64);
        var features = model.Codes(wanted) + stream.Normal(1, 8, 8, 8) * 0.01;
        Assert.True(model.NearestCodes(features).equal(wanted).all().item<bool>());
    }

    [Fact]
    public void Parameters_that_are_not_trained_stay_as_they_are_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var model = nn.Sequential(("a", nn.Linear(3, 3)), ("b", nn.Linear(3, 1))).Seeded(3);
        var config = Tiny.Training with { Steps = 5, LearningRate = 0.1, WarmupSteps = 1 };
        using var trainer = new MixedPrecisionTrainer<TorchSharp.Modules.Sequential>(model, () => nn.Sequential(("a", nn.Linear(3, 3)), ("b", nn.Linear(3, 1))), config, name => name.StartsWith('b'));
        var before = model.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
        for (var i = 0; i < 5; i++) trainer.Step(i, (m, _) => (m.forward(ones(4, 3)) - 1).pow(2).mean());
        var after = model.state_dict();
        Assert.True(before["a.weight"].equal(after["a.weight"]).all().item<bool>());
        Assert.False(before["b.weight"].equal(after["b.weight"]).all().item<bool>());
        using var best = nn.Sequential(("a", nn.Linear(3, 3)), ("b", nn.Linear(3, 1)));
        trainer.CopyBestInto(best);
        Assert.True(best.state_dict()["a.weight"].equal(before["a.weight"]).all().item<bool>());
        Assert.Equal(model.parameters().Select(p => p.Handle), model.named_parameters().Select(p => p.parameter.Handle));
    }
}
