using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

/// <summary>An untrained model small enough to personalise in a test, whose weights and pictures depend on nothing but a seed.</summary>
internal static class TinyModel
{
    /// <summary>Side of the pictures; latents are half as wide.</summary>
    public const int Side = 16;

    public static StableDiffusionPipeline Create(PredictionType prediction = PredictionType.Epsilon)
    {
        using var folder = new TemporaryFolder();
        new ClipVocabularyBuilder().AddText("a photo of sks person, without bhj noisy pattern abstract low quality").Build().Save(folder.Path, maxLength: 32);
        var tokenizer = ClipTokenizer.FromFolder(folder.Path);
        var text = new ClipTextModel(new ClipTextConfig
        {
            VocabSize = tokenizer.VocabularySize, HiddenSize = 16, IntermediateSize = 32, ProjectionDim = 16, NumHiddenLayers = 1, NumAttentionHeads = 2,
            MaxPositionEmbeddings = 32, EosTokenId = tokenizer.EosId, BosTokenId = tokenizer.BosId,
        });
        var unet = new UNet2DConditionModel(new UNet2DConditionConfig
        {
            SampleSize = Side / 2, BlockOutChannels = [16, 16], DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"], LayersPerBlock = 1, NormNumGroups = 4, CrossAttentionDim = 16, AttentionHeadDim = 2,
        });
        var vae = new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 16], DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"], NormNumGroups = 4, SampleSize = Side, ScalingFactor = 1,
        });
        text.Seeded(1).eval();
        unet.Seeded(2).eval();
        vae.Seeded(3).eval();
        var schedule = SchedulerConfigFile.DefaultsFor("DDIMScheduler") with
        {
            BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012, ClipSample = false, PredictionType = prediction,
        };
        return new StableDiffusionPipeline(tokenizer, text, unet, vae, SchedulerFactory.FromConfig(schedule));
    }

    /// <summary>Random 8-bit pictures, extremes included, so that clipping at 0 and 255 is met.</summary>
    public static ImageBatch Photos(int count, ulong seed)
    {
        using var draws = new Seed(seed).Open();
        using var pixels = (draws.Uniform(-0.2, 1.2, count, 3, Side, Side).clamp(0, 1) * 255).round() / 255;
        return ImageBatch.FromUnit(pixels);
    }
}
