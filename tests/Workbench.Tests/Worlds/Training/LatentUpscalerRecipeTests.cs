using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Worlds;
using Workbench.Worlds.Training;
using Xunit;

namespace Workbench.Tests.Worlds.Training;

public sealed class LatentUpscalerRecipeTests
{
    private static readonly LatentUpscalerRecipe Tiny = new()
    {
        Model = new LatentUpscalerRecipe().Model with { BlockOutChannels = [8, 16, 16], NormNumGroups = 4, AttentionHeadDim = 2 },
        Training = new TrainingConfig { Steps = 2, BatchSize = 2, LearningRate = 1e-3, ComputeType = torch.ScalarType.Float32 },
        PoolSize = 4,
        ScoredPictures = 1,
    };

    [Fact]
    public void A_training_writes_a_whole_upscaler_that_opens_and_a_finished_one_is_not_repeated()
    {
        var mini = GoldenCase.Ancestors().Select(f => Path.Combine(f, "data", "models", "mini")).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(mini is null, "data/models/mini is not beside the tests.");
        using var folder = new TemporaryFolder();
        ClipTokenizer.FromFolder(Path.Combine(mini!, "tokenizer")).SavePretrained(folder.File("model/tokenizer"));
        using (var text = ClipTextModel.FromPretrained(Path.Combine(mini!, "text_encoder"))) text.SavePretrained(folder.File("model/text_encoder"));
        using (var vae = new AutoencoderKL(VaeRecipe.OfLatentUpscaler.Model with { BlockOutChannels = [8, 8], NormNumGroups = 4 }).Seeded(1))
            vae.SavePretrained(folder.File("model/upscaler/vae"));

        Tiny.Train(folder.File("checkpoints"), folder.File("model"), new Seed(2));
        using var pipeline = StableDiffusionUpscalePipeline.FromPretrained(folder.File("model/upscaler"));
        Assert.Equal((2, 350), (pipeline.Scale, pipeline.MaxNoiseLevel));
        Assert.Equal(PredictionType.VPrediction, pipeline.Scheduler.Config.PredictionType);
        var first = Fingerprint.Of(pipeline.Parts.UNet);
        var lines = File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl"));
        Tiny.Train(folder.File("checkpoints"), folder.File("model"), new Seed(2));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(folder.File("checkpoints"), "log.jsonl")));
        using var again = UNet2DConditionModel.FromPretrained(folder.File("model/upscaler/unet"));
        Assert.Equal(first, Fingerprint.Of(again));
    }

    [Fact]
    public void A_close_up_is_a_part_of_the_picture_twice_as_large()
    {
        var whole = WorldBatches.Samples(new Seed(5), 0, 0, 24, SampleMix.CleanPeople);
        var parts = WorldBatches.Samples(new Seed(5), 0, 0, 24, SampleMix.CleanPeople, closeUps: 1);
        foreach (var (picture, part) in whole.Zip(parts))
        {
            Assert.Equal(picture.Description, part.Description);
            var small = part.Image.Resize(32, 32);
            double[] distances = [.. Enumerable.Range(0, 33 * 33).Select(at => Distance(picture.Image, small, at % 33, at / 33))];
            Assert.True(distances.Min() < 0.4 * distances.Average(), $"{distances.Min():f1} of 255 from the nearest part, {distances.Average():f1} from any");
        }
        Assert.Equal(whole.Select(s => s.Image.Pixels), WorldBatches.Samples(new Seed(5), 0, 0, 24, SampleMix.CleanPeople, closeUps: 0).Select(s => s.Image.Pixels));
    }

    [Fact]
    public void The_shipped_upscaler_gives_noised_and_clean_portraits_back_alike()
    {
        var folder = GoldenCase.Ancestors().Select(f => Path.Combine(f, "data", "models", "mini", "upscaler")).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(folder is null, "data/models/mini/upscaler is not beside the tests.");
        using var upscaler = StableDiffusionUpscalePipeline.FromPretrained(folder!);
        var scores = UpscalerScores.Measure(upscaler, 8);
        foreach (var name in new[] { "sign16", "swirls16" })
        {
            var (network, bicubic) = (scores[$"{name}_network"], scores[$"{name}_bicubic"]);
            Assert.True(scores["clean_network"] - network < 0.5, $"{name}: {network:f2} dB, clean {scores["clean_network"]:f2} dB");
            Assert.True(scores["clean_bicubic"] - bicubic > 0.5, $"{name}: bicubic {bicubic:f2} dB, clean {scores["clean_bicubic"]:f2} dB");
        }
        Assert.True(scores["sign16_network"] > scores["sign16_input"] + 0.3, $"{scores["sign16_network"]:f2} dB from {scores["sign16_input"]:f2} dB");
    }

    private static double Distance(RgbImage picture, RgbImage part, int left, int top) =>
        Enumerable.Range(0, 32 * 32 * 3).Average(i => Math.Abs(part.Pixels[i] - picture.Pixels[((top + i / 96) * 64 + left) * 3 + i % 96]));
}
