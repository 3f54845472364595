using TorchSharp;
using Workbench.Personalization;
using Workbench.Schedulers;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

public sealed class DreamBoothLossTests
{
    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    public void Instances_come_first_and_lambda_zero_leaves_them_alone(PredictionType prediction)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pipeline = TinyModel.Create(prediction);
        using var draws = new Seed(4).Open();
        var (latents, noise) = (draws.Normal(4, 4, 8, 8), draws.Normal(4, 4, 8, 8));
        var timesteps = tensor(new long[] { 10, 300, 600, 900 });
        var states = pipeline.EncodePrompt(["a photo of sks person", "a photo of person"]).repeat_interleave(2, 0);
        double Total(double? weight, Tensor x, Tensor e, Tensor t, Tensor s) =>
            new DreamBoothLoss(pipeline.Scheduler.Schedule, weight).Compute(pipeline.UNet, x, e, t, s).Total.item<float>();

        var instanceOnly = Total(null, latents[..2], noise[..2], timesteps[..2], states[..2]);
        var priorOnly = Total(null, latents[2..], noise[2..], timesteps[2..], states[2..]);
        Assert.NotEqual(instanceOnly, priorOnly, 3);
        Assert.Equal(instanceOnly, Total(0, latents, noise, timesteps, states), 5);
        Assert.Equal(instanceOnly + 0.5 * priorOnly, Total(0.5, latents, noise, timesteps, states), 4);
    }

    [Fact]
    public void An_odd_batch_cannot_be_halved()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        var x = zeros(3, 4, 8, 8);
        Assert.Throws<ArgumentException>(() => new DreamBoothLoss(pipeline.Scheduler.Schedule, 1).Compute(pipeline.UNet, x, x, zeros(3, dtype: int64), zeros(3, 32, 16)));
    }
}
