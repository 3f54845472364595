using TorchSharp;
using Workbench.Schedulers;
using Workbench.Worlds.Training;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds.Training;

public sealed class UNetRecipeTests
{
    [Fact]
    public void Timesteps_above_the_limit_weigh_limit_over_snr_and_the_others_one()
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.StableDiffusion();
        var weights = new UNetRecipe { SnrGamma = 5 }.TimestepWeights(schedule).data<float>().ToArray();
        for (var t = 0; t < weights.Length; t++)
        {
            var snr = schedule.AlphasCumprod[t] / (1 - schedule.AlphasCumprod[t]);
            Assert.Equal(snr > 5 ? 5 / snr : 1, weights[t], 1e-5);
        }
        Assert.True(weights[0] < 0.01 && weights[^1] == 1);
    }

    [Fact]
    public void Without_a_limit_all_timesteps_weigh_the_same()
    {
        using var scope = NewDisposeScope();
        Assert.All((new UNetRecipe { SnrGamma = null }).TimestepWeights(NoiseSchedule.StableDiffusion()).data<float>().ToArray(), w => Assert.Equal(1, w, 1e-6));
    }
}
