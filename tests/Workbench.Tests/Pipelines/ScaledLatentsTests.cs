using TorchSharp;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Pipelines;

public sealed class ScaledLatentsTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    public void Large_pictures_are_decoded_one_by_one_to_the_same_as_together(int side)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var pipeline = TinyModel.Create();
        using var draws = new Seed(1).Open();
        var latents = draws.Normal(5, 4, side, side);
        GoldenAssert.CloseAbsolute(ScaledLatents.Decode(pipeline.Vae, latents), pipeline.Vae.Decode(latents), 1e-5, $"pictures of {2 * side} pixels");
    }

    [Fact]
    public void Gradients_reach_the_latents_of_every_picture()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        using var draws = new Seed(1).Open();
        var latents = draws.Normal(5, 4, 64, 64).requires_grad_();
        var gradient = autograd.grad([ScaledLatents.Decode(pipeline.Vae, latents).square().mean()], [latents])[0];
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(gradient[i].abs().max().item<float>() > 0));
    }

    [Fact]
    public void Passes_leave_their_results_only()
    {
        using var scope = NewDisposeScope();
        using var pipeline = TinyModel.Create();
        Tensor latents = zeros(1, 4, 8, 8), pixels = zeros(1, 3, 16, 16), time = tensor(5L), states = zeros(1, 3, 16);
        long Left(Action pass)
        {
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            pass();
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }

        Assert.Equal(1, Left(() => pipeline.UNet.forward(latents, time, states)));
        Assert.True(Left(() => pipeline.Vae.Decode(latents)) <= 2, "states of the decoder are left");
        Assert.True(Left(() => pipeline.Vae.Encode(pixels)) <= 5, "states of the encoder are left");
    }
}
