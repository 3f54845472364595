using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using Workbench.Worlds.Training;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds.Training;

public sealed class PixelDiffusionRecipeTests
{
    private static readonly PixelDiffusionRecipe Tiny = new()
    {
        Model = new GuidedDiffusionConfig
        {
            ImageSize = 64, NumChannels = 8, NumResBlocks = 1, ChannelMult = [1, 1, 2], AttentionResolutions = [16], NumHeadChannels = 8, NormNumGroups = 4,
        },
        Training = new TrainingConfig { Steps = 3, BatchSize = 2, LearningRate = 1e-3, ComputeType = ScalarType.Float32 },
        SampleSteps = 2,
        ScoredPictures = 2,
    };

    [Fact]
    public void A_training_writes_a_folder_that_opens_a_sample_sheet_and_scores_and_a_finished_one_is_not_repeated()
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("pixel_diffusion");
        Tiny.Train(folder.File("checkpoints"), output, new Seed(2));
        using var network = GuidedDiffusionUNet.FromPretrained(output);
        Assert.Equal(Tiny.Model.Multipliers, network.Config.Multipliers);
        Assert.True(File.Exists(Path.Combine(folder.File("checkpoints"), "samples.png")));
        Assert.Contains("loss_t100", File.ReadAllText(Path.Combine(folder.File("checkpoints"), "log.jsonl")), StringComparison.Ordinal);
        var lines = File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl"));
        Tiny.Train(folder.File("checkpoints"), output, new Seed(2));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl")));
        using var again = GuidedDiffusionUNet.FromPretrained(output);
        Assert.Equal(Fingerprint.Of(network), Fingerprint.Of(again));
    }

    [Fact]
    public void Some_steps_see_whole_pictures_and_some_see_crops_of_them()
    {
        using var scope = NewDisposeScope();
        var shapes = Enumerable.Range(0, 12).Select(step => Tiny.Pictures(new Seed(3), step, 0)).ToArray();
        Assert.Contains(shapes, x => x.shape.SequenceEqual([2L, 3, 64, 64]));
        Assert.Contains(shapes, x => x.shape.SequenceEqual([8L, 3, 32, 32]));
        Assert.True(shapes[5].equal(Tiny.Pictures(new Seed(3), 5, 0)).all().item<bool>());
    }

    [Fact]
    public void A_fresh_network_predicts_nothing_and_its_loss_is_that_of_guessing_zero()
    {
        using var network = new GuidedDiffusionUNet(Tiny.Model);
        var scores = PixelDiffusionScores.Measure(network, 3);
        Assert.Equal(1, scores["loss_t100"], 0.05);
        Assert.True(scores["psnr_t10"] > scores["psnr_t100"] && scores["psnr_t100"] > scores["psnr_t700"]);
    }
}
