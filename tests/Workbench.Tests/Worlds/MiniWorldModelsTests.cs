using TorchSharp;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

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
}
