using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Pipelines;

/// <summary>Whole runs against diffusers, from the stored noise; the loop is the one that <see cref="StableDiffusionPipeline"/> runs.</summary>
public sealed class PipelineGoldenTests(ITestOutputHelper output)
{
    private const double LatentTolerance = 1e-3, ImageTolerance = 2e-3;

    [Theory]
    [MemberData(nameof(GoldenCase.All), "pipeline_", MemberType = typeof(GoldenCase))]
    public void Every_run_equals_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var pipeline = Open(golden);
        Tensor cond = pipeline.EncodePrompt(golden.Io["prompt_ids"]), negative = pipeline.EncodePrompt(golden.Io["negative_prompt_ids"]);
        var empty = pipeline.EncodePrompt(golden.Io["empty_prompt_ids"]);
        GoldenAssert.Close(cond, golden.Io["prompt_embeds"], 1e-4, "prompt_embeds");
        GoldenAssert.Close(negative, golden.Io["negative_prompt_embeds"], 1e-4, "negative_prompt_embeds");
        GoldenAssert.Close(empty, golden.Io["empty_prompt_embeds"], 1e-4, "empty_prompt_embeds");
        var runs = ModelConfigFile.ReadObject(golden.File("runs.json"));
        foreach (var (name, run) in runs)
        {
            var guidance = run!["guidance_scale"]!.GetValue<double>();
            var uncond = !Guidance.IsNeeded(guidance) ? null : run["negative_prompt"] is null ? empty : negative;
            var steps = run["num_inference_steps"]!.GetValue<int>();
            var config = run["scheduler"] is JsonObject json ? SchedulerConfigFile.FromJson(json) : pipeline.Scheduler.Config;
            var scheduler = SchedulerFactory.FromConfig(config);
            scheduler.SetTimesteps(steps);
            var error = AssertRun(golden, name, pipeline, scheduler, new PromptEmbeddings(cond, uncond), guidance, run["strength"]?.GetValue<double>());
            output.WriteLine($"{golden.Name}/{name}: {error}");
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "pipeline_", MemberType = typeof(GoldenCase))]
    public void Prompts_have_the_ids_and_the_folder_loads_whole_where_the_vocabulary_is_there(GoldenCase golden)
    {
        if (!golden.Has("tokenizer", "vocab.json")) Assert.Skip("The case is without its vocabulary; it is not ours to ship.");
        using var scope = NewDisposeScope();
        using var pipeline = StableDiffusionPipeline.FromPretrained(golden.Folder);
        var run = ModelConfigFile.ReadObject(golden.File("runs.json"))["ddim.neg"]!;
        string[] Texts(string key) => [.. run[key]!.AsArray().Select(text => (string)text!)];
        GoldenAssert.Exact(pipeline.Tokenizer!.Encode(Texts("prompt")), golden.Io["prompt_ids"], "prompt_ids");
        GoldenAssert.Exact(pipeline.Tokenizer.Encode(Texts("negative_prompt")), golden.Io["negative_prompt_ids"], "negative_prompt_ids");
        GoldenAssert.Exact(pipeline.Tokenizer.Encode(["", ""]), golden.Io["empty_prompt_ids"], "empty_prompt_ids");
    }

    private static string AssertRun(
        GoldenCase golden, string name, StableDiffusionPipeline pipeline, IScheduler scheduler, PromptEmbeddings text, double guidance, double? strength)
    {
        var isImageToImage = strength is not null;
        var start = isImageToImage ? scheduler.StartIndex(Skipped(scheduler, strength!.Value)) : 0;
        var expectedTimes = golden.Io[$"{name}.timesteps"].to(float64).data<double>().ToArray();
        Assert.Equal(expectedTimes, scheduler.Timesteps.Skip(start));
        var sample = isImageToImage ? StartFrom(golden, name, pipeline, scheduler, start) : golden.Io["latents"] * scheduler.InitNoiseSigma;
        var seen = new Recorder();
        var loop = new DenoisingLoop(pipeline.UNet, scheduler) { GuidanceScale = guidance, StartIndex = start };
        var latents = loop.Run(sample, text, progress: seen);

        var expected = golden.Io[$"{name}.latents"];
        if (!isImageToImage)
        {
            // Entry 0 was stored with the init_noise_sigma that a scheduler has before its timesteps are set. That differs for Euler with
            // leading spacing (14.65 there, 8.45 in the run itself, from which the reference's entry 1 follows).
            var fresh = SchedulerFactory.FromConfig(scheduler.Config).InitNoiseSigma;
            GoldenAssert.Close(golden.Io["latents"] * fresh, expected[0], 1e-5, $"{name}.latents[0]");
            expected = expected.narrow(0, 1, expected.shape[0] - 1);
        }
        var error = $"latents {GoldenAssert.Close(stack(seen.Latents), expected, LatentTolerance, $"{name}.latents"):g3}";
        GoldenAssert.Exact(latents, seen.Latents[^1], "the last report");
        var decoded = pipeline.DecodeLatents(latents);
        if (golden.Io.Contains($"{name}.decoded"))
            error += $", decoded {GoldenAssert.CloseAbsolute(decoded, golden.Io[$"{name}.decoded"], ImageTolerance, $"{name}.decoded"):g3}";
        using var images = ImageBatch.FromSigned(decoded);
        if (!isImageToImage && golden.Io.Contains($"{name}.image"))
            error += $", image {GoldenAssert.CloseAbsolute(images.Unit.permute(0, 2, 3, 1), golden.Io[$"{name}.image"], ImageTolerance, $"{name}.image"):g3}";
        if (golden.Io.Contains($"{name}.image_uint8"))
        {
            var bytes = cat([.. images.Images().Select(image => tensor(image.Pixels, [1L, image.Height, image.Width, 3]))]);
            error += $", uint8 {GoldenAssert.CloseAbsolute(bytes, golden.Io[$"{name}.image_uint8"], 1, $"{name}.image_uint8"):g3}";
        }
        return error;
    }

    private static Tensor StartFrom(GoldenCase golden, string name, StableDiffusionPipeline pipeline, IScheduler scheduler, int start)
    {
        // The stored picture is in [0,1].
        using var images = ImageBatch.FromUnit(golden.Io[$"{name}.image"]);
        var clean = pipeline.EncodeImages(images.ToSigned()).Sample(golden.Io[$"{name}.vae_eps"]);
        return scheduler.AddNoise(clean, golden.Io[$"{name}.noise"], start);
    }

    private static int Skipped(IScheduler scheduler, double strength)
    {
        using var images = ImageBatch.FromUnit(zeros(1, 3, 8, 8));
        return new ImageToImage { Images = images, NumInferenceSteps = ((Scheduler)scheduler).NumInferenceSteps, Strength = strength }.SkippedSteps;
    }

    private static StableDiffusionPipeline Open(GoldenCase golden) => new(null,
        ClipTextModel.FromPretrained(golden.File("text_encoder")), UNet2DConditionModel.FromPretrained(golden.File("unet")),
        AutoencoderKL.FromPretrained(golden.File("vae")), SchedulerFactory.FromFolder(golden.Folder));

    private sealed class Recorder : IProgress<DenoisingProgress>
    {
        public List<Tensor> Latents { get; } = [];

        public void Report(DenoisingProgress value) => Latents.Add(value.Latents);
    }
}
