using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.SuperResolution;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Pipelines;

/// <summary>The published upscaler's architecture in a few thousand untrained weights.</summary>
public sealed class StableDiffusionUpscalePipelineTests
{
    private static readonly SchedulerConfig LowResolution = SchedulerConfigFile.DefaultsFor("DDPMScheduler") with { BetaSchedule = BetaSchedule.ScaledLinear };

    internal static StableDiffusionUpscalePipeline Create()
    {
        using var basis = TinyPipeline.Create();
        var text = new ClipTextModel(basis.TextEncoder.Config).Seeded(8);
        var unet = new UNet2DConditionModel(new UNet2DConditionConfig
        {
            SampleSize = 8, InChannels = 7, BlockOutChannels = [16, 32], DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"],
            UpBlockTypes = ["CrossAttnUpBlock2D", "UpBlock2D"], LayersPerBlock = 1, NormNumGroups = 4, CrossAttentionDim = 16, AttentionHeadDim = 2,
            OnlyCrossAttention = new Workbench.Models.Blocks.PerLevel<bool>(true, false), NumClassEmbeds = 1000, UseLinearProjection = true,
        }).Seeded(9);
        var vae = new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 8, 8], DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"], NormNumGroups = 4, SampleSize = 32, ScalingFactor = 0.08333,
        }).Seeded(10);
        text.eval();
        unet.eval();
        vae.eval();
        return new StableDiffusionUpscalePipeline(new StableDiffusionParts(basis.Tokenizer!, text, unet, vae),
            SchedulerFactory.FromConfig(SchedulerConfigFile.DefaultsFor("DDIMScheduler") with
            {
                BetaSchedule = BetaSchedule.ScaledLinear, PredictionType = PredictionType.VPrediction, ClipSample = false, SetAlphaToOne = false,
            }),
            new NoiseSchedule(LowResolution));
    }

    private static Upscaling Request(ImageBatch images) => new() { Images = images, Prompt = "a photo of red hat", NumInferenceSteps = 2, Seed = new Seed(1) };

    [Fact]
    public void A_saved_pipeline_opens_and_enlarges_four_times_whatever_the_batch_size()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = Create();
        pipeline.SavePretrained(folder.Path, LowResolution);
        using var again = StableDiffusionUpscalePipeline.FromPretrained(folder.Path);
        using var images = ImageBatch.FromImages([Pictures.Noise(8, 6, 1), Pictures.Gradient(8, 6)]);
        using ImageBatch first = pipeline.Upscale(Request(images)), second = again.Upscale(Request(images) with { BatchSize = 1 });
        Assert.Equal((4, 350, 2, 24, 32), (again.Scale, again.MaxNoiseLevel, first.Count, first.Height, first.Width));
        Assert.True(first.Unit.allclose(second.Unit, 0, 1e-4));
    }

    [Theory]
    [InlineData(null, 0.08333)]
    [InlineData(0.5, 0.5)]
    public void A_config_without_a_scaling_factor_means_the_published_upscalers(double? stated, double expected)
    {
        using var folder = new TemporaryFolder();
        using (var pipeline = Create()) pipeline.SavePretrained(folder.Path, LowResolution);
        var path = folder.File("vae", "config.json");
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(config.Remove("scaling_factor"));
        if (stated is { } factor) config["scaling_factor"] = factor;
        File.WriteAllText(path, config.ToJsonString());
        using var again = StableDiffusionUpscalePipeline.FromPretrained(folder.Path);
        Assert.Equal(expected, again.Parts.Vae.Config.ScalingFactor);
    }

    [Fact]
    public void One_step_is_guidance_on_latents_beside_the_noised_picture_with_the_level_as_label()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var pipeline = Create();
        using var images = ImageBatch.FromImages([Pictures.Noise(8, 8, 1)]);
        using var result = pipeline.Upscale(Request(images) with { NumInferenceSteps = 1, NoiseLevel = 30, GuidanceScale = 3 });
        var seed = new Seed(1).For(0);
        using RandomStream picture = seed.For("picture").Open(), latents = seed.For("latents").Open();
        var alphaBar = new NoiseSchedule(LowResolution).AlphasCumprod[30];
        var low = images.ToSigned() * Math.Sqrt(alphaBar) + picture.Normal(1, 3, 8, 8) * Math.Sqrt(1 - alphaBar);
        var x = latents.Normal(1, 4, 8, 8);
        pipeline.Scheduler.SetTimesteps(1);
        Tensor Predict(string prompt) => pipeline.Parts.UNet.forward(cat([x, low], 1), tensor((float)pipeline.Scheduler.Timesteps[0]),
            pipeline.Parts.Encode([prompt], PromptOverflow.Error), tensor(new[] { 30L }));
        var (empty, full) = (Predict(""), Predict("a photo of red hat"));
        var step = pipeline.Scheduler.Step(empty + (full - empty) * 3, 0, x);
        var expected = pipeline.Parts.Vae.Decode(step.PrevSample / 0.08333);
        Assert.True(result.Unit.allclose(((expected + 1) / 2).clamp(0, 1), 0, 1e-4));
    }

    [Fact]
    public void The_noise_level_changes_the_result_and_an_unknown_one_is_refused()
    {
        using var pipeline = Create();
        using var images = ImageBatch.FromImages([Pictures.Noise(8, 8, 1)]);
        using ImageBatch low = pipeline.Upscale(Request(images) with { NoiseLevel = 0 }), high = pipeline.Upscale(Request(images) with { NoiseLevel = 350 });
        Assert.False(low.Unit.equal(high.Unit).all().item<bool>());
        Assert.Contains("at most 350", Assert.Throws<ArgumentException>(() => pipeline.Upscale(Request(images) with { NoiseLevel = 351 })).Message, StringComparison.Ordinal);
        Assert.Contains("one prompt", Assert.Throws<ArgumentException>(() => pipeline.Upscale(Request(images) with { Prompts = ["a", "b"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_takes_a_whole_pipeline_for_super_resolution_where_the_folder_holds_one()
    {
        using var folder = new TemporaryFolder();
        using (var pipeline = Create()) pipeline.SavePretrained(Path.Combine(folder.Path, "super_resolution"), LowResolution);
        var sources = PurifierSources.FromModelFolder(folder.Path);
        Assert.IsType<DiffusionUpscaling>(PurifierCatalog.Create("sr", sources));
        Assert.True(PurifierChain.IsRandom("sr", sources));
        using var smoke = StableDiffusionUpscalePipeline.FromPretrained(sources.Upscaler!);
        using var images = ImageBatch.FromImages([Pictures.Noise(18, 13, 1)]);
        using ImageBatch kept = new DiffusionUpscaling(smoke, DiffusionUpscalingOptions.Smoke).Purify(images, new Seed(1)),
            full = new DiffusionUpscaling(smoke, DiffusionUpscalingOptions.NoisyUpscaling with { Steps = 2 }).Purify(images, new Seed(1));
        Assert.Equal((18, 13, 18, 13), (kept.Width, kept.Height, full.Width, full.Height));
    }

    [Fact]
    public void Beside_a_network_of_its_own_a_diffusion_upscaler_serves_the_chains_that_count_on_its_noise_level()
    {
        using var folder = new TemporaryFolder();
        using (var pipeline = Create()) pipeline.SavePretrained(Path.Combine(folder.Path, "upscaler"), LowResolution);
        using (var network = new RrdbNet(new RrdbNetConfig { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 })) network.SavePretrained(folder.File("super_resolution"));
        var sources = PurifierSources.FromModelFolder(folder.Path);
        Assert.IsType<SuperResolutionPurifier>(PurifierCatalog.Create("sr", sources));
        Assert.False(PurifierChain.IsRandom("sr", sources));
        Assert.Equal("ldmsr", Assert.IsType<DiffusionUpscaling>(PurifierCatalog.Create("ldmsr", sources)).Name);
        Assert.Equal(320, (int)PurifierCatalog.Settings("noisyup", sources)!["upscaling"]!["noise_level"]!);
        Assert.Null(PurifierCatalog.Settings("pdmpure", sources)!["upscaling"]);
        Assert.Equal(75, (int)PurifierCatalog.Settings("ldmsr(75)", sources)!["noise_level"]!);

        var other = sources.WithUpscaler(folder.File("super_resolution"));
        Assert.Null(PurifierCatalog.Settings("noisyup", other)!["upscaling"]);
        Assert.Contains("Stable Diffusion upscaler", Assert.Throws<ArgumentException>(() => PurifierCatalog.Create("ldmsr", other)).Message, StringComparison.Ordinal);
    }
}
