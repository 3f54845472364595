using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.Identity;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds;

/// <summary>
/// Writes a tiny Stable Diffusion with random weights as a diffusers folder, beside a CLIP and an identity encoder: everything that reads
/// a real model's folder runs on it in seconds, and draws coloured noise.
/// </summary>
/// <remarks>Laid out as Stable Diffusion 1.x: autoencoder of four levels and factor 8, UNet with cross-attention, PNDM sampler, ε-prediction.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static class RandomModelFolder
{
    private const int Side = 64, Factor = 8, TextWidth = 32;

    private const string Words = "a photo of sks person , without bhj noisy pattern abstract low quality good bad face image dslr portrait cat house flower tree car an";

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">Created when missing; files of the same names are replaced.</param>
    /// <param name="seed">Of all weights.</param>
    public static void Write(string folder, Seed seed)
    {
        var tokenizerFolder = Path.Combine(folder, "tokenizer");
        new ClipVocabularyBuilder().AddText(Words).Build().Save(tokenizerFolder, maxLength: 77);
        var tokenizer = ClipTokenizer.FromFolder(tokenizerFolder);
        var text = new ClipTextConfig
        {
            VocabSize = tokenizer.VocabularySize, HiddenSize = TextWidth, IntermediateSize = 2 * TextWidth, ProjectionDim = TextWidth, NumHiddenLayers = 2,
            NumAttentionHeads = 4, BosTokenId = tokenizer.BosId, EosTokenId = tokenizer.EosId,
        };
        using var pipeline = new StableDiffusionPipeline(tokenizer, Drawn(new ClipTextModel(text), seed.For("text")), UNet(seed), Vae(seed), SchedulerFactory.FromConfig(Sampler()));
        pipeline.SavePretrained(folder);
        using var clip = ClipModel.Create(
            new ClipConfig
            {
                ProjectionDim = TextWidth,
                TextConfig = text,
                VisionConfig = new ClipVisionConfig { HiddenSize = 32, IntermediateSize = 64, ProjectionDim = TextWidth, NumHiddenLayers = 2, NumAttentionHeads = 4, ImageSize = Side, PatchSize = 16 },
            },
            seed.For("clip"));
        clip.SavePretrained(Path.Combine(folder, "clip"));
        using var identity = Drawn(new IdentityEncoder(new IdentityEncoderConfig { ImageSize = Side, BlockOutChannels = [16, 16], NormNumGroups = 4, EmbeddingDim = 16 }), seed.For("identity"));
        identity.SavePretrained(Path.Combine(folder, "identity"));
    }

    private static UNet2DConditionModel UNet(Seed seed) => Drawn(new UNet2DConditionModel(new UNet2DConditionConfig
    {
        SampleSize = Side / Factor, BlockOutChannels = [32, 64], DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"], LayersPerBlock = 1, NormNumGroups = 8, CrossAttentionDim = TextWidth, AttentionHeadDim = 4,
    }), seed.For("unet"));

    private static AutoencoderKL Vae(Seed seed) => Drawn(new AutoencoderKL(new AutoencoderKLConfig
    {
        BlockOutChannels = [16, 16, 16, 16], DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
        UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)], NormNumGroups = 4, SampleSize = Side,
    }), seed.For("vae"));

    private static SchedulerConfig Sampler() => SchedulerConfigFile.DefaultsFor("PNDMScheduler") with
    {
        BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012, SkipPrkSteps = true, StepsOffset = 1,
    };

    // Norms keep their ones and zeros; matrices and kernels get a spread that keeps signals level.
    private static T Drawn<T>(T module, Seed seed) where T : nn.Module
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in module.named_parameters())
        {
            using var draws = seed.For(name).Open();
            if (parameter.dim() >= 2) parameter.copy_(draws.NormalLike(parameter) / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]));
            else if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
            else if (!name.Contains("norm", StringComparison.Ordinal)) parameter.copy_(draws.NormalLike(parameter));
        }
        module.eval();
        return module;
    }
}
