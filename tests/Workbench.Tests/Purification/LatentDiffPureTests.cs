using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Workbench.Tests.Pipelines;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

public sealed class LatentDiffPureTests
{
    internal static readonly LatentDiffPureOptions Quick = new() { Prompt = "a photo of red hat", Timestep = 40, Steps = 3 };

    [Fact]
    public void The_empty_variant_does_not_depend_on_the_guidance_weight()
    {
        using var pipeline = TinyPipeline.Create();
        using var images = ImageBatch.FromImages([Pictures.Gradient(16, 16)]);
        ImageBatch Run(LatentDiffPureOptions options) => new LatentDiffPure(pipeline, options).Purify(images, new Seed(1));
        using ImageBatch weak = Run(Quick.WithEmptyPrompt() with { GuidanceScale = 1 }), strong = Run(Quick.WithEmptyPrompt() with { GuidanceScale = 20 });
        using ImageBatch guided = Run(Quick), harder = Run(Quick with { GuidanceScale = 20 });
        Assert.True(weak.Unit.equal(strong.Unit).all().item<bool>());
        Assert.False(guided.Unit.equal(harder.Unit).all().item<bool>());
        Assert.Equal(("eldiffp", "ldiffp"), (new LatentDiffPure(pipeline, Quick.WithEmptyPrompt()).Name, new LatentDiffPure(pipeline, Quick).Name));
    }

    [Fact]
    public void A_chain_takes_the_settings_that_its_sources_name()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        Workbench.Worlds.RandomModelFolder.Write(folder.Path, new Seed(1));
        using var images = ImageBatch.FromImages([Pictures.Gradient(16, 16)]);
        var sources = new PurifierSources { TextToImage = folder.Path, Settings = PurifierSettings.Paper with { LatentDiffPure = Quick } };
        ImageBatch Run(IPurifier purifier) => purifier.Purify(images, new Seed(1));
        var pipeline = Workbench.Pipelines.StableDiffusionPipeline.FromPretrained(folder.Path);
        using ImageBatch named = Run(PurifierCatalog.Create("ldiffp", sources)), shorter = Run(PurifierCatalog.Create("ldiffp(20)", sources));
        using ImageBatch expected = Run(new LatentDiffPure(pipeline, Quick)), expectedShorter = Run(new LatentDiffPure(pipeline, Quick with { Timestep = 20 }));
        Assert.True(named.Unit.equal(expected.Unit).all().item<bool>());
        Assert.True(shorter.Unit.equal(expectedShorter.Unit).all().item<bool>());
        Assert.False(named.Unit.equal(shorter.Unit).all().item<bool>());
        // From an early timestep there are fewer steps to take than the settings name.
        Run(PurifierCatalog.Create("ldiffp(2)", sources with { Settings = PurifierSettings.MiniWorld })).Dispose();
    }

    [Fact]
    public void Sides_that_the_networks_cannot_halve_are_padded_and_cut_back()
    {
        using var pipeline = TinyPipeline.Create();
        using var images = ImageBatch.FromImages([Pictures.Gradient(18, 13)]);
        using var result = new LatentDiffPure(pipeline, Quick).Purify(images, new Seed(1));
        Assert.Equal((18, 13), (result.Width, result.Height));
    }

    [Fact]
    public void Without_skips_it_walks_down_as_the_ddpm_scheduler_does_with_guidance_towards_the_prompt()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var pipeline = TinyPipeline.Create();
        using var images = ImageBatch.FromImages([Pictures.Gradient(16, 16)]);
        const int Start = 5;
        using var result = new LatentDiffPure(pipeline, Quick with { Timestep = Start, Steps = null, GuidanceScale = 3 }).Purify(images, new Seed(1));

        var scheduler = new DdpmScheduler(pipeline.Scheduler.Config with { ClassName = "DDPMScheduler", ClipSample = false, StepsOffset = 0 });
        scheduler.SetTimesteps(scheduler.Config.NumTrainTimesteps);
        Tensor prompt = pipeline.EncodePrompt([Quick.Prompt]), empty = pipeline.EncodePrompt([Quick.NegativePrompt]);
        using var stream = new Seed(1).For(0).Open();
        var posterior = pipeline.EncodeImages(images.ToSigned());
        var latents = posterior.Sample(stream.NormalLike(posterior.Mean));
        var x = scheduler.Schedule.AddNoise(latents, stream.NormalLike(latents), tensor([(long)Start]));
        for (var t = Start; t >= 0; t--)
        {
            Tensor Predict(Tensor states) => pipeline.UNet.forward(x, tensor((float)t), states);
            var output = Guidance.Combine(Predict(empty), Predict(prompt), 3);
            x = scheduler.Step(output, scheduler.Timesteps.ToList().IndexOf(t), x, t > 0 ? stream.NormalLike(x) : zeros_like(x)).PrevSample;
        }
        var expected = ((pipeline.DecodeLatents(x) + 1) / 2).clamp(0, 1);
        Assert.True((result.Unit - expected).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void At_a_small_timestep_only_the_autoencoder_changes_the_picture()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var pipeline = TinyPipeline.Create();
        using var images = ImageBatch.FromImages([Pictures.Gradient(16, 16)]);
        using var result = new LatentDiffPure(pipeline, Quick with { Timestep = 1, Steps = null }).Purify(images, new Seed(1));
        using var stream = new Seed(1).For(0).Open();
        var posterior = pipeline.EncodeImages(images.ToSigned());
        var encoded = (pipeline.DecodeLatents(posterior.Sample(stream.NormalLike(posterior.Mean))) + 1) / 2;
        var far = new LatentDiffPure(pipeline, Quick with { Timestep = 900, Steps = 3 }).Purify(images, new Seed(1));
        double Distance(ImageBatch batch) => (batch.Unit - encoded.clamp(0, 1)).abs().mean().item<float>();
        Assert.True(Distance(result) < 0.5 * Distance(far), $"{Distance(result)} against {Distance(far)}");
    }

    [Theory]
    [InlineData(0, null, "timestep is 0")]
    [InlineData(1000, null, "the model has 1000")]
    [InlineData(10, 12, "expected 2 to 11")]
    public void Wrong_options_say_what_is_wrong(int timestep, int? steps, string message)
    {
        using var pipeline = TinyPipeline.Create();
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new LatentDiffPure(pipeline, Quick with { Timestep = timestep, Steps = steps })).Message, StringComparison.Ordinal);
    }
}
