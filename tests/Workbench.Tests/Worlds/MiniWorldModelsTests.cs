using TorchSharp;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Models.Identity;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds;

public sealed class MiniWorldModelsTests
{
    [Fact]
    public void The_shipped_models_are_found_above_the_program_and_draw()
    {
        var folder = MiniWorldModels.Find();
        Assert.True(File.Exists(Path.Combine(folder, "model_index.json")));
        using var mini = MiniWorldModels.Load(folder);
        using var drawn = mini.Pipeline.Generate(new TextToImage { Prompt = "a photo of person", NumInferenceSteps = 2, Seed = new Seed(1) }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, MiniWorld.Size, MiniWorld.Size), (drawn.Count, drawn.Height, drawn.Width));
        using var embedded = mini.IdentityEncoder.Embed(drawn.ToSigned());
        Assert.Equal(1, embedded.norm().item<float>(), 4);
    }

    [Fact]
    public void A_perceptual_distance_that_is_first_asked_for_inside_a_scope_outlives_it()
    {
        var distance = MiniWorldModels.PurifiersOf(MiniWorldModels.Find()).PerceptualDistance!;
        double[] distances = [.. Enumerable.Range(0, 2).Select(_ => TensorScope.Value(() => distance(torch.zeros(1, 3, 64, 64), torch.ones(1, 3, 64, 64)).item<float>()))];
        Assert.Equal(distances[0], distances[1]);
    }

    [Fact]
    public void A_folder_without_models_is_named()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.ThrowsAny<Exception>(() => MiniWorldModels.Load(folder.Path));
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_of_the_mini_world_wherever_it_lies_and_a_real_or_damaged_one_is_not()
    {
        Assert.True(MiniWorldModels.IsMiniWorld(MiniWorldModels.Find()));
        using var folder = new TemporaryFolder();
        Assert.False(MiniWorldModels.IsMiniWorld(folder.Path));

        var config = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "vae")).FullName, "config.json");
        File.Copy(Path.Combine(MiniWorldModels.Find(), "vae", "config.json"), config);
        Assert.True(MiniWorldModels.IsMiniWorld(folder.Path));
        File.WriteAllText(config, "{ \"_class_name\": \"AutoencoderKL\",");
        Assert.False(MiniWorldModels.IsMiniWorld(folder.Path));

        RandomModelFolder.Write(folder.Path, new Seed(1));
        Assert.False(MiniWorldModels.IsMiniWorld(folder.Path));
    }

    [Fact]
    public void The_identity_of_an_enlarged_portrait_is_nearly_that_of_the_portrait()
    {
        using var encoder = IdentityEncoder.FromPretrained(Path.Combine(MiniWorldModels.Find(), "identity"));
        using var photos = SubjectPhotos.OfMiniWorld(0, 1);
        using var scope = torch.NewDisposeScope();
        using var large = ImageBatch.FromImages([photos.A.Image(0).Resize(256, 256, Resampling.Bicubic)]);
        using var other = SubjectPhotos.OfMiniWorld(1, 1);
        Tensor Embed(ImageBatch batch) => encoder.Embed(batch.ToSigned());
        var same = Embed(photos.A).matmul(Embed(large).t()).item<float>();
        Assert.True(same > 0.9 && same > Embed(photos.A).matmul(Embed(other.A).t()).item<float>(), $"{same}");
    }
}
