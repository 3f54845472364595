using TorchSharp;
using Workbench.Models.SuperResolution;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Worlds.Training;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds.Training;

public sealed class UpscalerRecipeTests
{
    private static readonly UpscalerRecipe Tiny = new()
    {
        Model = new RrdbNetConfig { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 },
        Training = new TrainingConfig { Steps = 3, BatchSize = 2, LearningRate = 1e-3, ComputeType = ScalarType.Float32 },
    };

    [Fact]
    public void Pairs_depend_on_the_seed_and_the_step_alone_and_degradation_changes_the_small_picture_only()
    {
        using var scope = NewDisposeScope();
        var (small, clean) = Tiny.Pairs(new Seed(1), 5, 0, 6);
        var (again, _) = Tiny.Pairs(new Seed(1), 5, 0, 6);
        var (pure, same) = (Tiny with { Degraded = 0, SmallNoise = 0 }).Pairs(new Seed(1), 5, 0, 6);
        Assert.Equal([6, 3, 32, 32], small.shape);
        Assert.Equal([6, 3, 64, 64], clean.shape);
        Assert.True(small.equal(again).all().item<bool>());
        Assert.True(clean.equal(same).all().item<bool>());
        Assert.True((small - pure).abs().mean().ToDouble() > 0.01);
        Assert.True((nn.functional.avg_pool2d(clean, 2) - pure).abs().mean().ToDouble() < 0.02);
    }

    [Fact]
    public void A_training_writes_a_folder_that_opens_and_a_finished_one_is_not_repeated()
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("super_resolution");
        Tiny.Train(folder.File("checkpoints"), output, new Seed(2));
        using var net = Assert.IsType<RrdbNet>(Upscaler.FromPretrained(output));
        Assert.Equal(Tiny.Model, net.Config);
        var first = Fingerprint.Of(net);
        var lines = File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl"));
        Tiny.Train(folder.File("checkpoints"), output, new Seed(2));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl")));
        using var again = Upscaler.FromPretrained(output);
        Assert.Equal(first, Fingerprint.Of(again));
    }

    [Fact]
    public void The_shipped_upscaler_restores_held_out_portraits_better_than_bicubic()
    {
        var folder = GoldenCase.Ancestors().Select(f => Path.Combine(f, "data", "models", "mini", "super_resolution")).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(folder is null, "data/models/mini/super_resolution is not beside the tests.");
        using var upscaler = Upscaler.FromPretrained(folder!);
        var scores = UpscalerScores.Measure(upscaler, 16);
        foreach (var name in new[] { "clean", "sign11", "sign16", "swirls11", "swirls16", "blur" })
            Assert.True(scores[$"{name}_network"] > scores[$"{name}_bicubic"] + 0.5, $"{name}: {scores[$"{name}_network"]:f2} dB, bicubic {scores[$"{name}_bicubic"]:f2} dB");
        Assert.True(scores["sign16_network"] > scores["sign16_input"] + 1);
    }
}
