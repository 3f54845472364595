using TorchSharp;
using Workbench.Analysis.Shortcuts;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Tests.Metrics;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Analysis.Shortcuts;

public sealed class ShortcutTests : IDisposable
{
    private static readonly DreamBoothConfig Config = DreamBoothConfig.Smoke with
    {
        MaxTrainSteps = 3, LearningRate = 1e-3, Precision = ComputePrecision.Float32, NegativePromptShare = 0, ClassSampling = SamplingConfig.Smoke with { ImagesPerPrompt = 2, NumInferenceSteps = 2 },
    };

    private readonly TemporaryFolder folder = new();
    private readonly StableDiffusionPipeline pipeline = TinyModel.Create();
    private readonly ImageBatch photos = TinyModel.Photos(3, 1), classImages = TinyModel.Photos(2, 2);

    public void Dispose()
    {
        pipeline.Dispose();
        photos.Dispose();
        classImages.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_watched_training_ends_in_the_trainers_weights_and_is_seen_at_the_chosen_steps()
    {
        using var plain = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classImages), Config, new Seed(1));
        using var cache = LatentCache.Encode(pipeline.Vae, photos);
        var seen = new List<int>();
        using var watched = WatchedTraining.Run(pipeline, photos, new PriorImages(classImages), Config, new Seed(1), [0, 2, 3], (step, training) =>
        {
            seen.Add(step);
            // A measurement in the middle must leave no trace in the weights.
            TokenGradients.Measure(training, pipeline, Config.InstancePrompt, cache, new Seed(5), batches: 1, batchSize: 2);
        });
        Assert.Equal([0, 2, 3], seen);
        Assert.Equal(Fingerprint.Of(plain.Pipeline.UNet), Fingerprint.Of(watched.Pipeline.UNet));
        Assert.Equal(Fingerprint.Of(plain.Pipeline.TextEncoder), Fingerprint.Of(watched.Pipeline.TextEncoder));
        Assert.Equal(plain.Log.Select(p => p.Loss), watched.Log.Select(p => p.Loss));
        Assert.Equal([0, 7, 15, 30, 60, 120], WatchedTraining.Moments(120));
    }

    [Fact]
    public void Token_gradients_are_the_slopes_of_the_loss_and_shares_sum_to_one()
    {
        using var training = new DreamBoothTraining(pipeline, Config);
        using var cache = LatentCache.Encode(pipeline.Vae, photos);
        var found = TokenGradients.Measure(training, pipeline, "a photo of sks person", cache, new Seed(3), batches: 2, batchSize: 2);
        IReadOnlyList<string> Tokens(string word) => pipeline.Tokenizer!.Tokens(word);
        Assert.Equal(Tokens("a photo of sks person"), found.Tokens);
        Assert.Equal(2, found.Norms.Count);
        var words = new[] { "a", "photo", "of", "sks", "person" };
        for (var batch = 0; batch < 2; batch++) Assert.Equal(1, words.Sum(w => found.Share(w, Tokens)[batch]), 1e-9);
        Assert.All(found.Share("sks", Tokens), share => Assert.InRange(share, 1e-6, 1));
        Assert.Contains("'cat'", Assert.Throws<ArgumentException>(() => found.Share("cat", _ => ["cat</w>"])).Message, StringComparison.Ordinal);
        // No word occurs twice, so the rows of the embedding table's own gradient must have the same norms.
        using var scope = NewDisposeScope();
        using var draws = new Seed(3).For(0).Open();
        var latents = cache.Sample([0, 1], draws);
        var noise = draws.NormalLike(latents);
        var timesteps = draws.Integers(0, 1000, 2);
        var states = training.EncodePrompts().narrow(0, 0, 1).expand(2, -1, -1);
        new DreamBoothLoss(pipeline.Scheduler.Schedule, null).Compute(training.UNet, latents, noise, timesteps, states).Total.backward();
        var rows = pipeline.Tokenizer!.EncodeIds("a photo of sks person").Skip(1).SkipLast(1)
            .Select(id => (double)training.TextEncoder.TokenEmbedding.grad![id].norm().item<float>()).ToArray();
        for (var k = 0; k < rows.Length; k++) Assert.Equal(rows[k], found.Norms[0][k], 1e-5 * rows.Max());
    }

    [Fact]
    public void Fitting_is_zero_at_the_start_and_rises_for_what_is_trained()
    {
        using var others = TinyModel.Photos(3, 7);
        using var guarded = TinyModel.Photos(3, 8);
        var probes = new FittingProbes(photos, others, guarded);
        using var order = new FittingOrder(pipeline, probes, new Seed(2), draws: 12);
        var config = Config with { MaxTrainSteps = 60, WithPriorPreservation = false, TrainBatchSize = 3, LearningRate = 3e-3 };
        List<FittingPoint> Train(ImageBatch on)
        {
            var points = new List<FittingPoint>();
            order.Restart();
            WatchedTraining.Run(pipeline, on, null, config, new Seed(4), [0, 60], (step, training) => points.Add(order.Measure(step, training))).Dispose();
            return points;
        }
        var (onOwn, onPattern) = (Train(photos), Train(guarded));
        Assert.All(onOwn[0].Identity.Concat(onOwn[0].Noise), value => Assert.Equal(0, value));
        Assert.True(onOwn[1].Identity.Average() > onPattern[1].Identity.Average(), "training on the subject fits the subject more than training on another does");
        Assert.True(onPattern[1].Noise.Average() > onOwn[1].Noise.Average(), "training on the pattern fits the pattern more than training on the subject does");
        using var two = TinyModel.Photos(2, 8);
        Assert.Throws<ArgumentException>(() => new FittingOrder(pipeline, probes with { OthersProtected = two }, new Seed(2)));
    }

    [Fact]
    public void Dose_response_has_a_cell_a_dose_and_step_and_extraction_an_entry_a_prompt()
    {
        using var judge = new ShortcutJudge(TinyClip.Embedder(folder), new Flat());
        var sampling = SamplingConfig.Smoke with { NumInferenceSteps = 2 };
        var heard = new List<int>();
        using var others = TinyModel.Photos(3, 7);
        var cells = DoseResponse.Run(pipeline, [(0, photos), (11, others)], [1, 3], new PriorImages(classImages), Config, sampling, judge, photos, new Seed(1));
        Assert.Equal([(0, 1), (0, 3), (11, 1), (11, 3)], cells.Select(c => ((int)c.Levels, c.Steps)));
        Assert.All(cells, c => Assert.Equal(2, c.Scores.NoiseLogOdds.Count));
        using var model = DreamBoothTrainer.Train(pipeline, photos, new PriorImages(classImages), Config, new Seed(1));
        var concepts = ConceptExtraction.Run(model, new ExtractionPrompts().All, sampling, judge, photos, new Seed(1));
        Assert.Equal(["a photo of sks", "a photo of sks person", "bhj noisy pattern", "a photo of person"], concepts.Select(c => c.Prompt));
        foreach (var concept in concepts) concept.Dispose();
    }

    [Fact]
    public void Noise_only_photos_hold_the_perturbation_on_grey()
    {
        using var before = ImageBatch.FromImages([new RgbImage(4, 4, (100, 150, 200))]);
        using var after = ImageBatch.FromImages([new RgbImage(4, 4, (111, 139, 200))]);
        using var grey = NoiseOnlyPhotos.Of(before, after);
        Assert.Equal([139, 117, 128], grey.Image(0).Pixels[..3].ToArray().Select(b => (int)b));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseOnlyPhotos.Of(before, after, 0));
    }

    private sealed class Flat : Workbench.Models.Identity.IIdentityEncoder
    {
        public Tensor Embed(Tensor signedPixels) => nn.functional.normalize(signedPixels.flatten(1), dim: 1);
    }
}
