using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;

namespace Workbench.Tests.Pipelines;

/// <summary>A pipeline of a few thousand untrained weights with a vocabulary of its own: pictures of 16×16, latents of 8×8.</summary>
internal static class TinyPipeline
{
    public static StableDiffusionPipeline Create(string schedulerClass = "DDIMScheduler")
    {
        using var folder = new TemporaryFolder();
        new ClipVocabularyBuilder().AddText("a photo of red hat blue house").Build().Save(folder.Path, maxLength: 12);
        var tokenizer = ClipTokenizer.FromFolder(folder.Path);
        var text = new ClipTextModel(new ClipTextConfig
        {
            VocabSize = tokenizer.VocabularySize, HiddenSize = 16, IntermediateSize = 32, ProjectionDim = 16, NumHiddenLayers = 1, NumAttentionHeads = 2,
            MaxPositionEmbeddings = 12, EosTokenId = tokenizer.EosId, BosTokenId = tokenizer.BosId,
        }).Seeded(5);
        var unet = new UNet2DConditionModel(new UNet2DConditionConfig
        {
            SampleSize = 8, BlockOutChannels = [16, 32], DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"], LayersPerBlock = 1, NormNumGroups = 4, CrossAttentionDim = 16, AttentionHeadDim = 2,
        }).Seeded(6);
        var vae = new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 16], DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"], NormNumGroups = 4, SampleSize = 16,
        }).Seeded(7);
        text.eval();
        unet.eval();
        vae.eval();
        return new StableDiffusionPipeline(tokenizer, text, unet, vae, Scheduler(schedulerClass));
    }

    public static IScheduler Scheduler(string className) => SchedulerFactory.FromConfig(SchedulerConfigFile.DefaultsFor(className) with
    {
        BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012, ClipSample = false, StepsOffset = 1, SkipPrkSteps = true,
    });
}
