using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Pipelines;

public sealed class StableDiffusionPipelineTests : IDisposable
{
    private static readonly TextToImage Request = new() { Prompt = "a photo of red hat", NumInferenceSteps = 4, NumImages = 3, Seed = new Seed(7) };

    private readonly StableDiffusionPipeline pipeline = TinyPipeline.Create();

    public void Dispose() => pipeline.Dispose();

    [Theory]
    [InlineData("DDIMScheduler")]
    [InlineData("DDPMScheduler")]
    [InlineData("PNDMScheduler")]
    [InlineData("EulerAncestralDiscreteScheduler")]
    [InlineData("DPMSolverMultistepScheduler")]
    public void The_batch_size_changes_no_picture(string schedulerClass)
    {
        pipeline.Scheduler = TinyPipeline.Scheduler(schedulerClass);
        using var single = pipeline.Generate(Request with { BatchSize = 1 });
        using var pairs = pipeline.Generate(Request with { BatchSize = 2 });
        using var whole = pipeline.Generate(Request with { BatchSize = 8 });
        Assert.Equal((3, 16, 16), (whole.Count, whole.Height, whole.Width));
        GoldenAssert.CloseAbsolute(single.Unit, whole.Unit, 1e-4);
        GoldenAssert.CloseAbsolute(pairs.Unit, whole.Unit, 1e-4);
        Assert.True(Difference(whole.Unit[0], whole.Unit[1]) > 1e-2, "two pictures of one prompt must differ");
    }

    [Fact]
    public void The_seed_decides_and_nothing_else()
    {
        using var first = pipeline.Generate(Request);
        using var again = pipeline.Generate(Request);
        using var other = pipeline.Generate(Request with { Seed = new Seed(8) });
        GoldenAssert.Exact(again.Unit, first.Unit);
        Assert.True(Difference(other.Unit, first.Unit) > 1e-2);
    }

    [Fact]
    public void Pictures_come_prompt_by_prompt()
    {
        string[] prompts = ["a photo of red hat", "blue house"];
        using var both = pipeline.Generate(Request with { Prompts = prompts, NumImages = 2, BatchSize = 3 });
        using var hats = pipeline.Generate(Request with { Prompts = [prompts[0], prompts[0]], NumImages = 2, BatchSize = 3 });
        Assert.Equal(4, both.Count);
        GoldenAssert.CloseAbsolute(both.Unit.narrow(0, 0, 2), hats.Unit.narrow(0, 0, 2), 1e-4);
        Assert.True(Difference(both.Unit.narrow(0, 2, 2), hats.Unit.narrow(0, 2, 2)) > 1e-4);
    }

    [Fact]
    public void Each_prompt_can_have_a_negative_prompt_of_its_own()
    {
        using var shared = pipeline.Generate(Request with { Prompts = ["red", "blue"], NegativePrompt = "house", NumImages = 1 });
        using var listed = pipeline.Generate(Request with { Prompts = ["red", "blue"], NegativePrompts = ["house", "house"], NumImages = 1 });
        using var empty = pipeline.Generate(Request with { Prompts = ["red", "blue"], NumImages = 1 });
        GoldenAssert.Exact(listed.Unit, shared.Unit);
        Assert.True(Difference(empty.Unit, shared.Unit) > 1e-4);
    }

    [Fact]
    public void A_negative_prompt_equal_to_the_prompt_makes_the_scale_irrelevant()
    {
        using var weak = pipeline.Generate(Request with { NegativePrompt = Request.Prompt, GuidanceScale = 2 });
        using var strong = pipeline.Generate(Request with { NegativePrompt = Request.Prompt, GuidanceScale = 9 });
        using var none = pipeline.Generate(Request with { GuidanceScale = 1 });
        GoldenAssert.CloseAbsolute(strong.Unit, weak.Unit, 1e-4);
        GoldenAssert.CloseAbsolute(none.Unit, weak.Unit, 1e-4);
    }

    [Fact]
    public void Scale_one_ignores_the_negative_prompt_and_calls_the_network_on_half_the_batch()
    {
        var rows = new List<long>();
        var hook = pipeline.UNet.register_forward_pre_hook((_, sample, time, states, labels) =>
        {
            rows.Add(sample.shape[0]);
            return (sample, time, states, labels);
        });
        using var one = pipeline.Generate(Request with { GuidanceScale = 1 });
        using var negative = pipeline.Generate(Request with { GuidanceScale = 1, NegativePrompt = "blue house" });
        hook.remove();
        GoldenAssert.Exact(negative.Unit, one.Unit);
        Assert.Equal(Enumerable.Repeat(3L, 8), rows);
    }

    [Fact]
    public void Guidance_leads_from_the_unconditional_output_past_the_conditional_one()
    {
        using var scope = NewDisposeScope();
        Tensor uncond = tensor(new[] { 1f, 2f }).view(1, 2), cond = tensor(new[] { 3f, 1f }).view(1, 2);
        GoldenAssert.Close(Guidance.Combine(uncond, cond, 7.5), tensor(new[] { 16f, -5.5f }).view(1, 2), 1e-6);
        GoldenAssert.Exact(Guidance.Combine(cat([uncond, cond]), 7.5), Guidance.Combine(uncond, cond, 7.5));
        GoldenAssert.Exact(Guidance.Combine(uncond, cond, 0), uncond);
    }

    [Fact]
    public void Progress_carries_the_state_and_the_estimate_beyond_the_run()
    {
        var seen = new List<DenoisingProgress>();
        using var images = pipeline.Generate(Request with { BatchSize = 2 }, new Recorder(seen.Add));
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4], seen.Select(report => report.Step));
        Assert.Equal([2, 2, 2, 2, 1, 1, 1, 1], seen.Select(report => (int)report.X0.shape[0]));
        Assert.Equal(1.0, seen[^1].Fraction, 1e-9);
        Assert.True(seen.Zip(seen.Skip(1)).All(pair => pair.First.Fraction < pair.Second.Fraction));
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var last = ImageBatch.FromSigned(pipeline.DecodeLatents(seen[^1].Latents));
        GoldenAssert.CloseAbsolute(last.Unit[0], images.Unit[2], 1e-6);
        // The preview before the last step is no noise: it is the network's estimate.
        Assert.True(Difference(seen[3].X0, seen[3].Latents) < Difference(seen[0].X0, seen[0].Latents));
    }

    [Fact]
    public void A_cancelled_run_stops_at_once_and_leaves_the_pipeline_usable()
    {
        pipeline.Scheduler = TinyPipeline.Scheduler("DPMSolverMultistepScheduler");
        using var before = pipeline.Generate(Request);
        using var source = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => pipeline.Generate(Request, new Recorder(_ =>
        {
            if (++steps == 2) source.Cancel();
        }), source.Token));
        Assert.Equal(2, steps);
        using var after = pipeline.Generate(Request);
        GoldenAssert.Exact(after.Unit, before.Unit);
    }

    [Fact]
    public void A_run_leaves_nothing_behind_but_its_pictures()
    {
        pipeline.Scheduler = TinyPipeline.Scheduler("UniPCMultistepScheduler");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        pipeline.Generate(Request with { BatchSize = 2 }).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Image_to_image_takes_the_last_part_of_the_walk()
    {
        using var start = pipeline.Generate(Request with { NumImages = 1 });
        var seen = new List<DenoisingProgress>();
        var request = new ImageToImage { Images = start, Prompt = "blue house", NumInferenceSteps = 10, Strength = 0.3, NumImages = 2, Seed = new Seed(1) };
        using var weak = pipeline.Generate(request, new Recorder(seen.Add));
        Assert.Equal(3, seen.Count);
        Assert.Equal(201, seen[0].Timestep);
        using var single = pipeline.Generate(request with { BatchSize = 1 });
        GoldenAssert.CloseAbsolute(single.Unit, weak.Unit, 1e-4);
        Assert.True(Difference(weak.Unit[0], weak.Unit[1]) > 1e-3);
    }

    [Theory]
    [InlineData("PNDMScheduler")]
    [InlineData("EulerDiscreteScheduler")]
    [InlineData("UniPCMultistepScheduler")]
    public void Image_to_image_with_hardly_any_noise_keeps_the_picture(string schedulerClass)
    {
        pipeline.Scheduler = TinyPipeline.Scheduler(schedulerClass);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var start = ImageBatch.FromUnit(rand(1, 3, 16, 16, generator: new Generator(3)));
        var mode = pipeline.EncodeImages(start.ToSigned()).Mode;
        var seen = new List<DenoisingProgress>();
        using var kept = pipeline.Generate(new ImageToImage { Images = start, Prompt = "hat", NumInferenceSteps = 50, Strength = 0.04 }, new Recorder(seen.Add));
        Assert.Equal(2, seen.Count);
        // The state before the walk is the clean latents plus little noise, so the estimate stays near them (an untrained posterior has unit spread).
        Assert.True(seen[0].X0.sub(mode).abs().mean().item<float>() < 0.6);
    }

    [Fact]
    public void Latents_are_scaled_on_the_way_in_and_back_on_the_way_out()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pixels = rand(2, 3, 16, 16) * 2 - 1;
        var (raw, scaled) = (pipeline.Vae.Encode(pixels), pipeline.EncodeImages(pixels));
        var noise = randn_like(raw.Mean);
        GoldenAssert.Close(scaled.Sample(noise), raw.Sample(noise) * 0.18215, 1e-5);
        GoldenAssert.Close(pipeline.DecodeLatents(scaled.Mode), pipeline.Vae.Decode(raw.Mode), 1e-5);
    }

    [Fact]
    public void Requests_that_cannot_be_honoured_say_why()
    {
        void Refused(string reason, TextToImage request) =>
            Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(() => pipeline.Generate(request)).Message, StringComparison.Ordinal);
        Refused("set Prompt", new TextToImage());
        Refused("NumImages", Request with { NumImages = 0 });
        Refused("BatchSize", Request with { BatchSize = 0 });
        Refused("NumInferenceSteps", Request with { NumInferenceSteps = 0 });
        Refused("1000 training timesteps", Request with { NumInferenceSteps = 1001 });
        Refused("negative prompt", Request with { NegativePrompts = ["a", "photo"] });
        Refused("multiples of 2", Request with { Height = 17 });
        Refused("the text encoder takes 10", Request with { Prompt = string.Join(' ', Enumerable.Repeat("hat", 11)) });
        using var images = ImageBatch.FromUnit(zeros(2, 3, 16, 16));
        var noStep = Assert.Throws<ArgumentException>(() => pipeline.Generate(new ImageToImage { Images = images.Slice(0, 1), Prompt = "hat", Strength = 0.01 }));
        Assert.Contains("no step", noStep.Message, StringComparison.Ordinal);
        var pictures = Assert.Throws<ArgumentException>(() => pipeline.Generate(new ImageToImage { Images = images, Prompt = "hat" }));
        Assert.Contains("one starting picture", pictures.Message, StringComparison.Ordinal);
    }

    private static double Difference(Tensor a, Tensor b) => TensorScope.Value(() => (a - b).abs().max().item<float>());

    private sealed class Recorder(Action<DenoisingProgress> report) : IProgress<DenoisingProgress>
    {
        public void Report(DenoisingProgress value) => report(value);
    }
}
