using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class RandomModelFolderTests
{
    [Fact]
    public void The_folder_loads_as_a_whole_and_the_same_seed_gives_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        RandomModelFolder.Write(folder.File("a"), new Seed(1));
        RandomModelFolder.Write(folder.File("b"), new Seed(1));
        using var models = MiniWorldModels.Load(folder.File("a"));
        using var again = StableDiffusionPipeline.FromPretrained(folder.File("b"));
        Assert.Equal(Fingerprint.Of(models.Pipeline.UNet), Fingerprint.Of(again.UNet));
        Assert.Equal(8, models.Pipeline.Vae.Config.SpatialFactor);
        Assert.Equal(77, models.Pipeline.Tokenizer!.MaxLength);
        using var drawn = models.Pipeline.Generate((SamplingConfig.Smoke with { NumInferenceSteps = 2 }).Request(["a photo of sks person"], "noisy", new Seed(2)));
        Assert.Equal((2, 64, 64), (drawn.Count, drawn.Width, drawn.Height));
        Assert.True(drawn.Unit.std().item<float>() > 0.01, "the pictures are flat");
        using var embedded = models.Clip.Images(drawn);
        Assert.Equal(2, embedded.shape[0]);
    }
}
