using TorchSharp;
using Workbench.Analysis;
using Workbench.Analysis.Maps;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Vae;
using Workbench.Tests.Imaging;
using Workbench.Tests.Metrics;
using Xunit;

namespace Workbench.Tests.Analysis;

public sealed class MisalignmentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ClipEmbedder embedder;
    private readonly AutoencoderKL autoencoder = new(new AutoencoderKLConfig
    {
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"], UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        BlockOutChannels = [8, 8], LayersPerBlock = 1, NormNumGroups = 4, LatentChannels = 4,
    });

    private readonly ImageBatch photos = ImageBatch.FromImages([Pictures.Gradient(16, 16), Pictures.Noise(16, 16, 1), Pictures.Noise(16, 16, 2)]);

    public MisalignmentTests()
    {
        embedder = TinyClip.Embedder(folder);
        autoencoder.eval();
    }

    public void Dispose()
    {
        photos.Dispose();
        autoencoder.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Alignment_is_the_cosine_to_the_training_prompt_and_log_odds_are_those_of_the_probe()
    {
        using var misalignment = new Misalignment(embedder, autoencoder, "a photo of sks person", ConceptProbeConfig.OneWord);
        using var probe = new ConceptProbe(embedder, ConceptProbeConfig.OneWord);
        var reading = misalignment.Read("clean", photos);
        Assert.Equal("clean", reading.Condition);
        Assert.Equal(3, reading.Photo.Embeddings!.GetLength(0));
        Assert.Equal(probe.Alignment(photos, "a photo of sks person"), reading.Photo.Alignment, (a, b) => Math.Abs(a - b) < 1e-6);
        for (var i = 0; i < 3; i++) Assert.Equal(reading.Photo.NoiseProbability[i], 1 / (1 + Math.Exp(-reading.Photo.NoiseLogOdds[i])), 1e-9);
    }

    [Fact]
    public void A_concept_is_read_at_the_probes_anchor_as_one_picture()
    {
        using var scope = torch.NewDisposeScope();
        using var misalignment = new Misalignment(embedder, autoencoder, "a photo of person");
        using var probe = new ConceptProbe(embedder);
        var (subject, noise) = (misalignment.ReadConcept(ConceptProbeConfig.Paper.SubjectPrompts), misalignment.ReadConcept(ConceptProbeConfig.Paper.NoisePrompts));
        var anchors = EmbeddingRows.Of(probe.Anchors);
        for (var d = 0; d < anchors.GetLength(1); d++)
        {
            Assert.Equal(anchors[0, d], subject.Embeddings![0, d], 1e-6);
            Assert.Equal(anchors[1, d], noise.Embeddings![0, d], 1e-6);
        }
        Assert.True(subject.NoiseProbability[0] < 0.5 && noise.NoiseProbability[0] > 0.5);
        Assert.Equal(1, misalignment.ReadConcept("a photo of person").Alignment[0], 1e-6);
    }

    [Fact]
    public void The_reconstruction_is_read_from_decoded_posterior_means()
    {
        using var misalignment = new Misalignment(embedder, autoencoder, "a photo of person", ConceptProbeConfig.OneWord);
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        using var decoded = ImageBatch.FromSigned(autoencoder.Decode(autoencoder.Encode(photos.ToSigned()).Mean));
        var reading = misalignment.Read("clean", photos);
        Assert.Equal(misalignment.Read(decoded).Alignment, reading.Reconstruction.Alignment, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.NotEqual(reading.Photo.Alignment[0], reading.Reconstruction.Alignment[0], 1e-6);
    }

    [Fact]
    public void Reading_leaks_no_tensor()
    {
        using var misalignment = new Misalignment(embedder, autoencoder, "a photo of person");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        misalignment.Read("clean", photos);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
