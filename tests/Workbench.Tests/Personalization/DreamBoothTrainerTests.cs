using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Tensors;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

public sealed class DreamBoothTrainerTests
{
    private static readonly DreamBoothConfig Config = DreamBoothConfig.Smoke with { LearningRate = 1e-3, MaxTrainSteps = 6, Precision = ComputePrecision.Float32, NegativePromptShare = 0 };

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void A_killed_run_continues_to_the_same_weights(ComputePrecision precision)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pipeline = TinyModel.Create();
        using ImageBatch photos = TinyModel.Photos(3, 1), classes = TinyModel.Photos(5, 2);
        var config = Config with { Precision = precision };
        using var whole = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), config, new Seed(9), cancellationToken: TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        var kill = new Immediate<DreamBoothProgress>(p => { if (p.Step == 3) stop.Cancel(); });
        var checkpoint = new CheckpointOptions(folder.Path, Every: 2);
        Assert.ThrowsAny<OperationCanceledException>(() => DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), config, new Seed(9), checkpoint, kill, stop.Token));
        using var resumed = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), config, new Seed(9), checkpoint, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(whole.Log, resumed.Log);
        Assert.Equal(Fingerprint.Of(whole.Pipeline.UNet), Fingerprint.Of(resumed.Pipeline.UNet));
        Assert.Equal(Fingerprint.Of(whole.Pipeline.TextEncoder), Fingerprint.Of(resumed.Pipeline.TextEncoder));
    }

    [Fact]
    public void A_crash_between_two_checkpoints_repeats_the_lost_steps_exactly()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pipeline = TinyModel.Create();
        using ImageBatch photos = TinyModel.Photos(3, 1), classes = TinyModel.Photos(5, 2);
        using var whole = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), Config, new Seed(9), cancellationToken: TestContext.Current.CancellationToken);
        var crash = new Immediate<DreamBoothProgress>(p => { if (p.Step == 5) throw new InvalidOperationException("crash"); });
        var checkpoint = new CheckpointOptions(folder.Path, Every: 2);
        Assert.Throws<InvalidOperationException>(() => DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), Config, new Seed(9), checkpoint, crash, TestContext.Current.CancellationToken));
        using var resumed = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), Config, new Seed(9), checkpoint, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(whole.Log, resumed.Log);
        Assert.Equal(Fingerprint.Of(whole.Pipeline.UNet), Fingerprint.Of(resumed.Pipeline.UNet));
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        var config = Config with { WithPriorPreservation = false, MaxTrainSteps = 2 };
        var checkpoint = new CheckpointOptions(folder.Path);
        DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(1), checkpoint, cancellationToken: TestContext.Current.CancellationToken).Dispose();
        Assert.Throws<WeightsException>(() => DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(2), checkpoint, cancellationToken: TestContext.Current.CancellationToken));
        // The state of two steps is not that of one.
        var shorter = Assert.Throws<WeightsException>(() => DreamBoothTrainer.Train(pipeline, photos, null, config with { MaxTrainSteps = 1 }, new Seed(1), checkpoint, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("2 steps", shorter.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_base_model_is_untouched_and_the_copy_learns_its_pictures()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        string[] Prints() => [Fingerprint.Of(pipeline.UNet), Fingerprint.Of(pipeline.TextEncoder), Fingerprint.Of(pipeline.Vae)];
        var before = Prints();
        using ImageBatch photos = TinyModel.Photos(2, 1), classes = TinyModel.Photos(2, 2);
        using var model = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), Config with { MaxTrainSteps = 60 }, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(before, Prints());
        Assert.NotEqual(before[0], Fingerprint.Of(model.Pipeline.UNet));
        Assert.NotEqual(before[1], Fingerprint.Of(model.Pipeline.TextEncoder));
        Assert.Equal(ScalarType.Float32, model.Pipeline.UNet.parameters().First().dtype);
        Assert.True(model.Log.TakeLast(15).Average(p => p.Loss) < 0.8 * model.Log.Take(15).Average(p => p.Loss), "the loss did not fall");
    }

    [Fact]
    public void A_frozen_text_encoder_stays_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        var config = Config with { TrainTextEncoder = false, WithPriorPreservation = false, Precision = ComputePrecision.BFloat16, MaxTrainSteps = 2 };
        using var model = DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Fingerprint.Of(pipeline.TextEncoder), Fingerprint.Of(model.Pipeline.TextEncoder));
        Assert.NotEqual(Fingerprint.Of(pipeline.UNet), Fingerprint.Of(model.Pipeline.UNet));
    }

    [Fact]
    public void Float32_masters_keep_steps_that_bfloat16_weights_would_lose()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        // A step of 5e-7 is far below half a bfloat16 rounding step of weights around 0.1.
        var config = DreamBoothConfig.Paper with { WithPriorPreservation = false, MaxTrainSteps = 3, Precision = ComputePrecision.BFloat16 };
        using var model = DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
        var moved = pipeline.UNet.parameters().Zip(model.Pipeline.UNet.parameters(), (a, b) => (a - b).abs().gt(0).to(ScalarType.Float32).mean().item<float>());
        Assert.True(moved.Average() > 0.5, $"only {moved.Average():P0} of the weights moved");
    }

    [Fact]
    public void Samples_use_the_models_decoupling_and_a_seed_gives_the_same_pictures()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        var config = Config with { MaxTrainSteps = 1, WithPriorPreservation = false, Decoupling = ContrastiveDecoupling.Paper };
        using var model = DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
        string[] prompts = ["a photo of sks person"];
        ImageBatch Draw(ContrastiveDecoupling? decoupling) => model.Generate(prompts, SamplingConfig.Smoke, new Seed(1), decoupling, cancellationToken: TestContext.Current.CancellationToken);
        using ImageBatch own = Draw(null), again = Draw(ContrastiveDecoupling.Paper), plain = Draw(ContrastiveDecoupling.Off);
        Assert.Equal(Fingerprint.Of(own.Unit), Fingerprint.Of(again.Unit));
        Assert.NotEqual(Fingerprint.Of(own.Unit), Fingerprint.Of(plain.Unit));
    }

    [Fact]
    public void The_text_encoder_may_learn_at_a_rate_of_its_own()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        double Moved(double? rate)
        {
            var config = Config with { WithPriorPreservation = false, MaxTrainSteps = 1, AdamWeightDecay = 0, TextEncoderLearningRate = rate };
            using var model = DreamBoothTrainer.Train(pipeline, photos, null, config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
            return pipeline.TextEncoder.parameters().Zip(model.Pipeline.TextEncoder.parameters(), (a, b) => (a - b).abs().max().item<float>()).Max();
        }

        // Adam's first step has the size of the rate.
        Assert.Equal(Config.LearningRate, Moved(null), 1e-5);
        Assert.Equal(1e-4, Moved(1e-4), 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => Moved(0));
    }

    [Fact]
    public void Contrastive_decoupling_trains_with_its_words_in_both_prompts()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using ImageBatch photos = TinyModel.Photos(2, 1), classes = TinyModel.Photos(5, 2);
        var plain = Config with { MaxTrainSteps = 1, ClassPromptDropout = 0 };
        DreamBoothProgress Step(DreamBoothConfig config)
        {
            using var model = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
            return model.Log.Single();
        }

        var instance = plain with { InstancePrompt = "a photo of sks person, bhj noisy pattern" };
        var spelled = instance with { ClassPrompt = "a photo of person, without bhj noisy pattern" };
        Assert.Equal(Step(spelled), Step(plain with { Decoupling = ContrastiveDecoupling.Paper }));
        var (neither, one, both) = (Step(plain), Step(instance), Step(spelled));
        Assert.Equal((neither.PriorLoss, both.InstanceLoss), (one.PriorLoss, one.InstanceLoss));
        Assert.NotEqual(neither.InstanceLoss, one.InstanceLoss);
        Assert.NotEqual(one.PriorLoss, both.PriorLoss);
    }

    [Fact]
    public void Class_pictures_keep_the_empty_prompt_when_their_prompt_is_dropped()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using ImageBatch photos = TinyModel.Photos(2, 1), classes = TinyModel.Photos(5, 2);
        double Prior(double dropout, string classPrompt = "a photo of person")
        {
            var config = Config with { MaxTrainSteps = 1, ClassPromptDropout = dropout, ClassPrompt = classPrompt };
            using var model = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classes), config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
            return model.Log[0].PriorLoss;
        }

        Assert.NotEqual(Prior(0), Prior(0, "noisy pattern"));
        Assert.Equal(Prior(1), Prior(1, "noisy pattern"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prior(1.5));
    }

    [Fact]
    public void Pictures_of_the_negative_prompt_are_trained_with_that_prompt()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using ImageBatch photos = TinyModel.Photos(2, 1), classes = TinyModel.Photos(5, 2), others = TinyModel.Photos(5, 4), negatives = TinyModel.Photos(1, 3);
        double Prior(PriorImages prior, double share, string prompt = "noisy")
        {
            var config = Config with { MaxTrainSteps = 1, ClassPromptDropout = 0, NegativePromptShare = share, Decoupling = ContrastiveDecoupling.Off with { NegativePrompt = prompt } };
            using var model = DreamBoothTrainer.Train(pipeline, photos, prior, config, new Seed(3), cancellationToken: TestContext.Current.CancellationToken);
            return model.Log[0].PriorLoss;
        }

        // With a share of 1 every class row shows the negative's picture: which class pictures there are does not matter, the prompt does.
        var always = Prior(new PriorImages(classes, negatives), 1);
        Assert.Equal(always, Prior(new PriorImages(others, negatives), 1));
        Assert.NotEqual(always, Prior(new PriorImages(classes, negatives), 1, "a photo of cat"));
        Assert.NotEqual(always, Prior(new PriorImages(classes, negatives), 0));
        Assert.Contains("NegativePromptShare is 0.5", Assert.Throws<ArgumentException>(() => Prior(new PriorImages(classes), 0.5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Prior(new PriorImages(classes, negatives), 1.5));
    }

    [Fact]
    public void A_step_without_the_negative_prompts_latents_is_refused()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        var config = Config with { NegativePromptShare = 0.5 };
        using ImageBatch photos = TinyModel.Photos(2, 1), classes = TinyModel.Photos(2, 2);
        using LatentCache instances = LatentCache.Encode(pipeline.Vae, photos), ofClass = LatentCache.Encode(pipeline.Vae, classes);
        using var training = new DreamBoothTraining(pipeline, config);

        var error = Assert.Throws<ArgumentException>(() => training.Step(instances, new PriorLatents(ofClass), ([0, 1], [0, 1]), new Seed(1), 1, 1));
        Assert.Contains("no latents of the negative prompt", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, training.StepCount);
    }
}
