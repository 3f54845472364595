using System.Text.Json.Nodes;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Pipelines;

public sealed class StableDiffusionFolderTests
{
    private static readonly TextToImage Request = new() { Prompt = "a photo of red hat", NegativePrompt = "blue", NumInferenceSteps = 3, Seed = new Seed(2) };

    [Fact]
    public void A_saved_pipeline_draws_the_same_pictures()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        using var loaded = StableDiffusionPipeline.FromPretrained(folder.Path);
        using var expected = pipeline.Generate(Request);
        using var actual = loaded.Generate(Request);
        GoldenAssert.Exact(actual.Unit, expected.Unit);
    }

    [Theory]
    [InlineData("DDIMScheduler", "leading", 1)]
    [InlineData("DDIMScheduler", "linspace", 0)]
    public void What_early_folders_say_of_their_sampler_is_corrected_as_in_diffusers(string sampler, string spacing, int offset)
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        folder.WriteText(new JsonObject { ["_class_name"] = sampler, ["clip_sample"] = true, ["steps_offset"] = 0, ["timestep_spacing"] = spacing }.ToJsonString(), "scheduler", "scheduler_config.json");
        using var loaded = StableDiffusionPipeline.FromPretrained(folder.Path);
        Assert.Equal((false, offset), (loaded.Scheduler.Config.ClipSample, loaded.Scheduler.Config.StepsOffset));
    }

    [Fact]
    public void An_unknown_sampler_is_told_before_any_weights_are_read()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        folder.WriteText("{\"_class_name\":\"LMSDiscreteScheduler\"}", "scheduler", "scheduler_config.json");
        File.WriteAllText(WeightFiles.Find(folder.File("unet")), "no weights");
        Assert.Contains("as _class_name", Assert.Throws<InvalidDataException>(() => StableDiffusionPipeline.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Weights_stored_in_16_bit_compute_in_32(ScalarType stored)
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path, stored);
        using (var file = SafetensorsFile.Open(WeightFiles.Find(folder.File("unet"))))
            Assert.All(file.Keys, key => Assert.Equal(stored, file.DType(key)));
        using var loaded = StableDiffusionPipeline.FromPretrained(folder.Path);
        Assert.All(loaded.UNet.parameters(), weight => Assert.Equal(ScalarType.Float32, weight.dtype));
        using var expected = pipeline.Generate(Request with { GuidanceScale = 1 });
        using var actual = loaded.Generate(Request with { GuidanceScale = 1 });
        GoldenAssert.CloseAbsolute(actual.Unit, expected.Unit, 0.05);
    }

    [Fact]
    public void A_pipeline_can_compute_in_16_bit()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        using var half = StableDiffusionPipeline.FromPretrained(folder.Path, dtype: ScalarType.BFloat16);
        Assert.All(half.UNet.parameters(), weight => Assert.Equal(ScalarType.BFloat16, weight.dtype));
        using var expected = pipeline.Generate(Request with { GuidanceScale = 1 });
        using var actual = half.Generate(Request with { GuidanceScale = 1 });
        GoldenAssert.CloseAbsolute(actual.Unit, expected.Unit, 0.1);
    }

    [Fact]
    public void The_folder_has_the_layout_of_diffusers()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create("PNDMScheduler");
        pipeline.SavePretrained(folder.Path);
        var index = ModelConfigFile.ReadObject(folder.File("model_index.json"));
        Assert.Equal("StableDiffusionPipeline", (string)index["_class_name"]!);
        (string Key, string Library, string Class)[] expected =
        [
            ("scheduler", "diffusers", "PNDMScheduler"), ("text_encoder", "transformers", "CLIPTextModel"), ("tokenizer", "transformers", "CLIPTokenizer"),
            ("unet", "diffusers", "UNet2DConditionModel"), ("vae", "diffusers", "AutoencoderKL"),
        ];
        foreach (var (key, library, name) in expected)
            Assert.True(JsonNode.DeepEquals(new JsonArray(library, name), index[key]), $"{key}: {index[key]}");
        Assert.True(JsonNode.DeepEquals(new JsonArray(null, null), index["safety_checker"]));
        string[] files =
        [
            "scheduler/scheduler_config.json", "text_encoder/config.json", "text_encoder/model.safetensors", "tokenizer/vocab.json", "tokenizer/merges.txt",
            "tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors",
            "vae/config.json", "vae/diffusion_pytorch_model.safetensors", "model_index.json",
        ];
        Assert.Equal(files.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Another_class_in_the_index_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        var path = folder.File("model_index.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("UNet2DConditionModel", "FluxTransformer2DModel", StringComparison.Ordinal));
        Assert.Contains("FluxTransformer2DModel", Assert.Throws<WeightsException>(() => StableDiffusionPipeline.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unet/config.json", "\"in_channels\": 4", "\"in_channels\": 9", "4 latent channels")]
    [InlineData("unet/config.json", "\"attention_head_dim\": 2", "\"attention_head_dim\": 0", "unet")]
    [InlineData("text_encoder/config.json", "\"num_attention_heads\": 2", "\"num_attention_heads\": 0", "num_attention_heads")]
    [InlineData("model_index.json", "\"unet\": [", "\"text_encoder_2\": [ \"transformers\", \"CLIPTextModelWithProjection\" ], \"unet\": [", "Stable Diffusion XL")]
    public void A_model_of_another_kind_is_refused_before_its_weights_are_read(string file, string before, string after, string reason)
    {
        using var folder = new TemporaryFolder();
        using var pipeline = TinyPipeline.Create();
        pipeline.SavePretrained(folder.Path);
        var path = folder.File(file);
        var whole = File.ReadAllText(path);
        Assert.Contains(before, whole, StringComparison.Ordinal);
        File.WriteAllText(path, whole.Replace(before, after, StringComparison.Ordinal));
        foreach (var weights in Directory.GetFiles(folder.Path, "*.safetensors", SearchOption.AllDirectories).Where(w => !file.StartsWith("text_encoder", StringComparison.Ordinal) && w.Contains("unet", StringComparison.Ordinal)))
            File.WriteAllText(weights, "not read");
        Assert.Contains(reason, Assert.ThrowsAny<Exception>(() => StableDiffusionPipeline.FromPretrained(folder.Path)) is WeightsException e ? e.Message : "", StringComparison.Ordinal);
    }
}
