using TorchSharp;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tests.Goldens;
using Workbench.Tests.Imaging;
using Workbench.Tests.Metrics;
using Xunit;

namespace Workbench.Tests.Analysis;

public sealed class ConceptProbeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ClipEmbedder embedder;

    public ConceptProbeTests() => embedder = TinyClip.Embedder(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Anchors_are_normalised_means_of_normalised_prompts()
    {
        using var scope = torch.NewDisposeScope();
        using var probe = new ConceptProbe(embedder);
        var prompts = embedder.Texts(ConceptProbeConfig.Paper.NoisePrompts);
        var mean = (prompts / prompts.square().sum(1, keepdim: true).sqrt()).mean([0]);
        GoldenAssert.CloseAbsolute(probe.Anchors[1], mean / mean.square().sum().sqrt(), 1e-6);
        GoldenAssert.CloseAbsolute(probe.Anchors.square().sum(1), torch.ones(2), 1e-6);
    }

    [Fact]
    public void An_embedding_at_an_anchor_reads_as_that_concept_and_one_between_as_undecided()
    {
        using var scope = torch.NewDisposeScope();
        using var probe = new ConceptProbe(embedder, ConceptProbeConfig.Paper with { LogitScale = 1000 });
        var reading = probe.ReadEmbeddings(torch.stack([probe.Anchors[0] * 3, probe.Anchors[1] * 0.2, probe.Anchors.mean([0])]));
        Assert.Equal(0, reading.NoiseProbability[0], 1e-3);
        Assert.Equal(1, reading.NoiseProbability[1], 1e-3);
        Assert.Equal(0.5, reading.NoiseProbability[2], 1e-2);
        Assert.Equal(1, reading.SubjectCosine[0], 1e-5);
        Assert.Equal(reading.NoiseProbability.Average(), reading.MeanNoise);
    }

    [Fact]
    public void Temperature_sharpens_the_reading_and_leaves_cosines_alone()
    {
        using var images = ImageBatch.FromImages([Pictures.Noise(16, 16, 1)]);
        using var soft = new ConceptProbe(embedder, ConceptProbeConfig.OneWord with { LogitScale = 1 });
        using var sharp = new ConceptProbe(embedder, ConceptProbeConfig.OneWord with { LogitScale = 50 });
        var (a, b) = (soft.Read(images), sharp.Read(images));
        Assert.Equal(a.NoiseCosine[0], b.NoiseCosine[0]);
        Assert.Equal(1 / (1 + Math.Exp(50 * (a.SubjectCosine[0] - a.NoiseCosine[0]))), b.NoiseProbability[0], 1e-9);
        Assert.Equal(a.NoiseCosine[0], soft.Alignment(images, "a noisy photo of person")[0], 1e-6);
    }

    [Fact]
    public void An_incomplete_configuration_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ConceptProbe(embedder, new ConceptProbeConfig { NoisePrompts = [] }));
        Assert.Throws<ArgumentException>(() => new ConceptProbe(embedder, new ConceptProbeConfig { LogitScale = 0 }));
    }
}
