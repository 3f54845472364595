using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Tests.Imaging;
using Xunit;

namespace Workbench.Tests.Metrics;

public sealed class ClipMetricTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ClipEmbedder embedder;
    private readonly ImageBatch images = ImageBatch.FromImages([Pictures.Gradient(16, 16), Pictures.Noise(16, 16, 1), Pictures.Noise(16, 16, 2)]);

    public ClipMetricTests() => embedder = TinyClip.Embedder(folder);

    public void Dispose()
    {
        images.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Iqac_is_the_difference_of_the_two_prompt_probabilities_and_a_cosine_difference_at_small_scale()
    {
        using var scope = torch.NewDisposeScope();
        var scores = new ClipIqac(embedder).Score(images);
        var (pictures, prompts) = (Unit(embedder.Images(images)), Unit(embedder.Texts("a good photo of face", "a bad photo of face")));
        var cosines = pictures.matmul(prompts.t());
        var expected = (embedder.LogitScale * (cosines.select(1, 0) - cosines.select(1, 1)) / 2).tanh();
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i].item<float>(), scores[i], 1e-5);
        Assert.Equal("face", ClipIqac.SubjectWord("person"));
        Assert.Equal("cat", ClipIqac.SubjectWord("cat"));
    }

    [Fact]
    public void Iqa_is_the_probability_of_the_good_one_of_two_prompts_without_a_class()
    {
        using var scope = torch.NewDisposeScope();
        var cosines = Unit(embedder.Images(images)).matmul(Unit(embedder.Texts("Good photo.", "Bad photo.")).t());
        var expected = (embedder.LogitScale * (cosines.select(1, 0) - cosines.select(1, 1))).sigmoid();
        var scores = new ClipIqa(embedder).Score(images);
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i].item<float>(), scores[i], 1e-5);
        // With IQAC's prompts it is IQAC on the scale from 0 to 1.
        var named = new ClipIqa(embedder) { GoodPrompt = "a good photo of face", BadPrompt = "a bad photo of face" }.Score(images);
        var contrast = new ClipIqac(embedder).Score(images);
        for (var i = 0; i < 3; i++) Assert.Equal((contrast[i] + 1) / 2, named[i], 1e-5);
    }

    [Fact]
    public void Log_odds_give_the_same_iqac_and_go_on_where_it_saturates()
    {
        var (iqac, logOdds) = (new ClipIqac(embedder).Score(images), new ClipIqacLogOdds(embedder).Score(images));
        for (var i = 0; i < 3; i++) Assert.Equal(iqac[i], ClipIqacLogOdds.ToIqac(logOdds[i]), 1e-5);
        // At a scale where every CLIP-IQAC is ±1, log-odds still grow with the scale.
        var sure = new ClipIqacLogOdds(embedder, logitScale: 1e5).Score(images);
        var surer = new ClipIqacLogOdds(embedder, logitScale: 2e5).Score(images);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, Math.Abs(new ClipIqac(embedder, logitScale: 1e5).Score(images)[i]), 1e-12);
            Assert.Equal(2, surer[i] / sure[i], 1e-6);
        }
        Assert.Equal(3, ClipIqacLogOdds.FromIqac(ClipIqacLogOdds.ToIqac(3)), 1e-9);
        Assert.Equal(-ClipIqacLogOdds.Saturation, ClipIqacLogOdds.FromIqac(-1));
    }

    [Fact]
    public void Subject_detection_is_a_distribution_over_the_classes()
    {
        using var scope = torch.NewDisposeScope();
        var detection = new SubjectDetection(embedder, "person", ["cat", "house"]);
        var probabilities = detection.Probabilities(images);
        GoldenAssert.CloseAbsolute(probabilities.sum(1), torch.ones(3), 1e-5);
        var scores = detection.Score(images);
        for (var i = 0; i < 3; i++) Assert.Equal(probabilities[i, 0].item<float>(), scores[i], 1e-7);
        var accuracy = new SubjectDetection(embedder, "cat", ["person", "house"]).Accuracy(images) + detection.Accuracy(images)
            + new SubjectDetection(embedder, "house", ["cat", "person"]).Accuracy(images);
        Assert.Equal(1, accuracy, 1e-9);
        Assert.Throws<ArgumentException>(() => new SubjectDetection(embedder, "person", []));
        var two = new SubjectDetection(embedder, "cat", ["non-cat"]) { Prompt = "a picture of {0}" };
        var published = SubjectDetection.Published(embedder, "cat");
        Assert.Equal(two.Score(images).Select(p => p - (1 - p)), published.Score(images), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal((-1, 1), published.Range);
        Assert.NotEqual(two.Fingerprint, published.Fingerprint);
    }

    [Fact]
    public void Clip_similarity_to_itself_is_one_and_the_reference_is_the_mean_of_raw_embeddings()
    {
        using var scope = torch.NewDisposeScope();
        using var one = images.Slice(1, 1);
        var metric = new ClipSimilarity(embedder);
        Assert.Equal(1, metric.Score(one, one)[0], 1e-5);
        var raw = embedder.Images(images);
        Assert.Equal(Unit(raw)[1].dot(Unit(raw.mean([0]))).item<float>(), metric.Score(one, images)[0], 1e-5);
        Assert.Contains("IMS-CLIP", Assert.Throws<ArgumentException>(() => metric.Score(one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embedding_passes_gradients_and_leaks_no_tensor()
    {
        using (var pixels = torch.rand([1, 3, 16, 16], requires_grad: true))
        {
            using var scope = torch.NewDisposeScope();
            embedder.Differentiable(pixels).sum().backward();
            Assert.True(pixels.grad!.abs().max().item<float>() > 0);
            GoldenAssert.Close(embedder.Differentiable(images.Unit), embedder.Images(images), 1e-5);
        }
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = new ClipIqac(embedder).Score(images);
        _ = new ClipSimilarity(embedder).Score(images, images);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static torch.Tensor Unit(torch.Tensor x) => x / x.square().sum(-1, keepdim: true).sqrt();
}
